import { inScripts, namesInScripts } from './names-in-scripts.ts';
import { namesInSystems, qualifiersInSystems, rolesInSystems, wordsInSystems } from './names-in-systems.ts';
import { plainerNames } from './plainer-names.ts';

/** How sure a name is that means a person's only beside other columns of a person. */
export const BARE = 0.6;

/** What a field of whole names is called that have the surname in front. */
export const SURNAME_FIRST =
  /^(last|sur)_?(name)?_(and_)?first_?(name)?$|^nach_?(name)?_(und_)?vorname$|^name_vorname$|^noms?_(et_)?prenoms?$|^apellidos?_y_nombres?$|^cognome_(e_)?nome$|^naam_voornaam$|^nazwisko_i_imie$|^prijmeni_a_jmeno$|^(teljes_)?nev$/;

const INITIALS = /^(voorletters?|voorl|initial(s|en)|iniciai?le?s|iniziali)$/;

/** How fields that a tag fits are called, as a pattern over their snake_case name; `_1`, `_c2` and such endings are taken off first. */
export const tagNames: readonly { tag: string; names: RegExp; confidence: number }[] = [
  {
    tag: 'given-name',
    names:
      /^(first|given|fore|christian)_?names?$|^(cust(omer)?|member|contact|billing)_first_name$|^f_?name$|^firstname$|^(vor|ruf)namen?$|^prenoms?(_usuel)?$|^primer_nombre$|^primeiro_nome$|^nome_proprio$|^(voor|roep)na(am|men)$|^(imie|imiona)$|^(krestni_)?jmeno$|^(forna(mn|vn|fn)|eiginnafn)$|^etunim(i|et)$|^(adi|isim)$|^(kereszt|uto)nev$|^prenume$|^nama_depan$|^gname$|^ime$/,
    confidence: 0.95,
  },
  {
    tag: 'surname',
    names:
      /^(last|family|sur)_?names?$|^(cust(omer)?|member|contact|billing)_(last_name|surname)$|^l_?name$|^lastname$|^(nach|familien|zu)name$|^nom(_de_famille|_d_usage|_usuel)?$|^(primer_)?apellidos?(_1|_paterno)?$|^cognome$|^(sobrenomes?|apelidos?|ultimo_nome)$|^(achter|familie)naam$|^nazwisko$|^prijmeni$|^(efter|etter|slekts)na(mn|vn)$|^(eftir|kenni)nafn$|^sukunimi$|^(soyadi?|soyisim)$|^(vezetek|csalad)nev$|^nume(_de_familie)?$|^nama_belakang$|^sname$|^prezime$/,
    confidence: 0.95,
  },
  {
    tag: 'full-name',
    names:
      /^(full|complete|display|customer|contact|person|member|recipient)_?name$|^fullname$|^nombre_completo$|^nombres?_y_apellidos?$|^nom_complet$|^prenoms?_(et_)?nom$|^nome_(completo|e_cognome|cognome)$|^(vor_und_nachname|vorname_nachname)$|^volledige_naam$|^imie_i_nazwisko$|^jmeno_a_prijmeni$|^(fullt|fullstendig|fulde)_na(mn|vn|fn)$|^(adi?_soyadi?|isim_soyisim)$|^nama_lengkap$/,
    confidence: 0.9,
  },
  { tag: 'full-name', names: /^(name|naam|na[mvf]n|nimi|nama)$/, confidence: BARE },
  { tag: 'given-name', names: /^(first|given|fore|fn|ad)$/, confidence: BARE },
  { tag: 'surname', names: /^(last|family|ln|sn)$/, confidence: BARE },
  // What a French person is born with, where no other is told.
  { tag: 'surname', names: /^nom_(de_)?naissance$/, confidence: 0.7 },
  // Where no given name is written out, its first letter.
  { tag: 'given-name', names: INITIALS, confidence: 0.6 },
  // Beside a surname the given name, as Spanish, Italian and Portuguese call it.
  { tag: 'given-name', names: /^(nombres?|nomes?)$/, confidence: 0.7 },
  { tag: 'generational-suffix', names: /^(name_)?suffix(_name|_code)?$|^generation(al)?(_suffix)?$/, confidence: 0.8 },
  { tag: 'title', names: /^(title|salutation|honorific|name_prefix|prefix(_name)?)$/, confidence: 0.6 },
  {
    tag: 'email',
    names:
      /(^|_)e_?mail(_?(addr(ess)?|id|adresse))?$|^(mail|mel|pec)$|^adresse_(e_?)?mail$|^courriel$|^correo(_electronico)?$|^e_?posta?(_?adress?e?i?)?$|^emailadres$|^netfang$/,
    confidence: 0.9,
  },
  {
    tag: 'phone',
    names:
      /(^|_)(tele)?phone(_?(number|num|no|nr))?$|(^|_)(mobile|cell|msisdn|tel)(_?(number|num|no|phone))?$|^contact(_?(number|num|no|nr))?$|^(tele(f|ph)on|rufnummer|handy|((tel(efon)?|phone)_)?mobil|mobiltelefon|mobitel)(_?(nummer|nr))?$|(^|_)(portable|fixe)$|^numero_(de_)?(tel|telephone|telefono|telefone|celular|movil)$|^(telefono|movil|celular|cellulare|telefone|telefoon|telemovel|mobiel|gsm|tlf|puhelin|simi|farsimi)(_?(fijo|movil|fixo|celular|mobiel|vast|numero|nummer|numer|nr|no))?$|^(nr|numer|cislo)_tel(efonu)?$|^(tl?fno|telefonszam)$|^(direct|main|business|home|work)_(line|dial)$|^land_?line$|^(ev_|cep_)?tel(efonu?)?$|^(no_hp|nomor_hp|no_telp|no_telepon)$/,
    confidence: 0.9,
  },
  {
    tag: 'address2',
    names:
      /^(address|addr|street)(_line)?_?2$|^(unit|apt|apartment|suite|flat)(_?(number|num|no|nr))?$|^address_?line_?two$/,
    confidence: 0.85,
  },
  {
    tag: 'address',
    names:
      /^((street|postal|mailing|home|billing|shipping|residential)_)?(address|addr)(_line)?(_?(1|one))?$|^street(_?(address|name|line|1))?$|^address_?street$|^(full|complete|whole|permanent|present|current|residence|res)_(street_)?address$|^residence$|^adresse_(postale|complete|ligne_1)$|^(strasse(nname)?|str|adresse|anschrift|(nom_de_)?rue|voie|calle|direccion(_completa|_postal)?|domic(ilio)?|via_civico|strasse_haus_?(nr|nummer)|adresse_l(igne)?_?1|vejnavn(_og_n(umme)?r)?|ulica_i_broj|ulice_a_(c_p|cislo)|indirizzo(_residenza)?|via|endereco(_completo)?|morada|logradouro|rua|straat(naam)?|adres_zamieszkania|ulica|ulice|adresa|adres|gata|gatuadress|gateadresse|heimili(sfang)?|osoite|katuosoite|utca|(lak)?cim|alamat)$/,
    confidence: 0.9,
  },
  {
    tag: 'city',
    names:
      /(^|_)(city|town|suburb|locality|municipality|place_name|ville)(_name)?$|^(stadt|(wohn)?ort|(lib_)?commune|localite|localidade|ciudad|grad|poblacion|localidad|municipio|citta|comune(_residenza)?|localita|cidade|concelho|stad|woonplaats|plaats|gemeente|miasto|miejscowosc|mesto|obec|(post)?ort|poststed|kommune?|kaupunki|postitoimipaikka|sehir|varos|telepules|oras|localitate|(kab(upaten)?_)?kota|kabupaten|ilce|stadur)$/,
    confidence: 0.9,
  },
  {
    tag: 'state',
    names:
      /^((home|billing|shipping|mailing|address)_)?(state|province|region_code|state_?(code|province|abbr))$|^(bundesland|kanton|canton|departement|provincia|provincie|estado|uf|voivodeship|wojewodztwo|il)$/,
    confidence: 0.85,
  },
  {
    tag: 'postal',
    names:
      /(^|_)(zip|zip_?code|post_?code|postal(_?code)?|plz|eircode|pin_?code)(_|$)|^(postleitzahl|(code?|cod|c)_?postal|codpost(al)?|irsz|iranyitoszam|code_post|postanski_broj|postni_stevilka|ma_buu_ien|codigo_postal|c_?p|cap|codice_postale|cep|kod_poczt(owy)?|psc|post_?nr|post_?num(m)?er|postinumero|posta_kodu|iranyitoszam|kode_pos)$/,
    confidence: 0.9,
  },
  { tag: 'country', names: /(^|_)country(_?(code|name|iso))?$|^(land|pays|pais|paese|kraj)$/, confidence: 0.85 },
  {
    tag: 'birthdate',
    names:
      /^(d_?o_?b|(birth|b)_?da(te|y)|(date|dt)_?(of_?)?birth|born(_on)?|birth_?dt|b_?day|birth_?day|geburts(datum|tag)|geb_?dat(um)?|geb(oren)?(_am)?|date_(de_)?nais(s(ance)?)?|naissance|ne_e?_?le|(fecha|fec|f)_?(de_)?nac(im(iento)?)?|szul(etesi)?_(datum|ido)|nacimiento|(data|dt)_(di_)?nasc(ita)?|nat[oa]_il|(data|dt)_(de_)?nasc(imento)?|nascimento|geboortedatum|geboren_op|data_ur(odz(enia)?)?|datum_narozeni|fodelsedatum|fodselsdato|fodsels?dag|fodd|fodt|faedingardag(ur|setning)|syntymaaika|dogum_tarihi|szuletesi_(datum|ido)|data_nasterii|(tanggal|tgl)_lahir)$|_(dob|birth_?da(te|y))$/,
    confidence: 0.95,
  },
  {
    tag: 'gender',
    names:
      /^(gender|sex)(_?code)?$|^(geschlecht|sexe|sexo|sesso|genero|geslacht|plec|pohlavi|kjonn|kon|cinsiyet|sukupuoli|jenis_kelamin)$/,
    confidence: 0.9,
  },
  {
    tag: 'company',
    names:
      /^(company|employer|organi[sz]ation|business|firm|account)_?name$|^(company|employer|organi[sz]ation|business|firm|firma|unternehmen|entreprise|societe|raison_sociale|empresa|razon_social|razao_social|azienda|ragione_sociale|bedrijf(snaam)?|firmenname|nazwa_firmy)$/,
    confidence: 0.8,
  },
  { tag: 'loyalty-id', names: /^(loyalty|rewards?|membership)_?(id|number|no|card|card_number)$/, confidence: 0.8 },
  {
    tag: 'create-dt',
    names:
      /^(created|registered|signed_?up|inserted|joined)(_?(at|on|dt|date|datetime|ts|time(stamp)?))?$|^(creation|create|registration|signup|insert)_?(dt|date|datetime|time(stamp)?)$/,
    confidence: 0.8,
  },
  {
    tag: 'update-dt',
    names:
      /^(last_?)?(updated?|modified|changed)(_?(at|on|dt|date|datetime|ts|time(stamp)?))?$|^last_(update|change|modification)(_?(dt|date|datetime|time(stamp)?))?$|^(system_?)?mod_?stamp$/,
    confidence: 0.85,
  },
];

/** What somebody is to who keeps the file. */
const roles =
  `pt|patient|paciente|client[es]?|customer|kunden?|klant|member|mitglied|applicant|candidate|elector|voter|employee|emp|staff|
  mitarbeiter|student|pupil|learner|guest|gast|passenger|pax|travell?er|buyer|purchaser|shopper|donor|insured|subscriber|
  (policy_?|account_?|card_?)?holder|owner|person|individual|contact|recipient|attendee|participant|visitor|tenant|resident|borrower|
  debtor|claimant|patron|lead|prospect|caller|defendant|offender|adherent|abonne|assure|usager|eleve|socio|utente|abonado|asegurado|
  alumno|schueler|versicherter|teilnehmer|ugyfel|klient|zakaznik|asiakas|musteri`.replace(/\s/g, '');

/** A field that is called by a role holds the name, where its values are names, else the number. */
export const ROLE = new RegExp(`^(${roles}|${rolesInSystems}|who)$`);

/** Somebody else than whose record it is. */
export const SOMEBODY_ELSE =
  /mother|father|parent|spouse|husband|wife|partner|child|guardian|kin|emergency|reference|referr|beneficiary|doctor|physician|nurse|surgeon|provider|agent|manager|supervisor|teacher|coach|sales|rep$|seller|vendor|created|updated|modified|approved|handled|assigned|signed/;

/** Facts about a person that tell people apart, though no profile tag stands for them. */
export const evidenceNames: readonly { names: RegExp; confidence: number }[] = [
  {
    names:
      /^(ssn|nino|tax_?(id|number)|national_?(id|insurance)(_?number)?|passport(_?(no|number))?|driv(ers?|ing)_?licen[cs]e.*)$|^(soc(ial)?_?sec(urity)?)(_?(id|no|nr|num|number))?$|^(dni|nif|nie|cpf|pesel|bsn|nir|cod(ice)?_fiscale|curp|rfc|personnummer|kennitala|aadhaa?r)(_?(no|nr|number|numero))?$/,
    confidence: 0.9,
  },
  {
    names: /^mid(dle)?_?(initial|name|names)$|^mi$|^second_?name$|^(maiden|birth|previous|former)_?(sur|last_)?name$/,
    confidence: 0.8,
  },
  {
    names:
      /^(place_?of_?birth|birth_?(place|city|country|town))$|^nationality$|^(geburtsort|lieu_de_naissance|lugar_de_nacimiento|luogo_di_nascita|local_de_nascimento|geboorteplaats)$/,
    confidence: 0.75,
  },
  { names: /^(occupation|profession|job(_?title)?|beruf|profesion|professione|profissao|beroep)$/, confidence: 0.6 },
];

/** Parts of a value that several fields hold together. */
export const partNames = {
  streetNumber:
    /^(street|house|building|civic|address)_?(number|num|no|nr)$|^(hausnummer|haus_?nr|house|numero(_civico|_voie)?|civico|huis_?(nummer|nr)|(nr|numer)_domu|cislo_popisne)$/,
  birthYear:
    /^(by|birth_?y(ea)?r|y(ea)?r_?(of_?)?birth|dob_?(year|y|yr)|yob|geb(urts)?_?jahr|annee_(de_)?naiss(ance)?|an(i?o|no)_(de_|di_)?na(c|sc)(imiento|imento|ita)?)$/,
  birthMonth:
    /^(bm|birth_?mo(n(th)?)?|month_?(of_?)?birth|dob_?(month|mon|mo|m)|mob|geb(urts)?_?monat|mois_(de_)?naiss(ance)?|me?se?_(de_|di_)?na(c|sc)(imiento|imento|ita)?)$/,
  birthDay:
    /^(bd|birth_?da?y|day_?(of_?)?birth|dob_?(day|dy|d)|geb(urts)?_?tag|jour_(de_)?naiss(ance)?|(dia|giorno)_(de_|di_)?na(c|sc)(imiento|imento|ita)?)$/,
  initials: INITIALS,
} as const;

/** Tags of orders, by the plain name that their fields have. */
export const transactionNames: readonly { tag: string; names: RegExp }[] = [
  { tag: 'txn-item/order-id', names: /^(order|transaction|receipt|txn)_?(id|no|number)$/ },
  { tag: 'txn-item/product-id', names: /^(product|item)_?(id|no|number)$|^sku$/ },
  {
    tag: 'txn-item/order-datetime',
    names: /^(order|transaction|purchase|sale)_?(datetime|date|time|ts|dt|at)$|^ordered_at$/,
  },
  { tag: 'txn-item/item-quantity', names: /^(item_?)?(quantity|qty)$/ },
  { tag: 'txn-item/item-revenue', names: /^(item_?|line_?)?revenue$/ },
  { tag: 'txn-item/order-discount-amount', names: /^(order_)?discount(_amount)?$/ },
  { tag: 'txn-item/is-return', names: /^is_?return(ed)?$|^returned$/ },
  { tag: 'txn-item/is-cancellation', names: /^is_?cancel(led|ed|lation)?$|^cancel(l)?ed$/ },
  { tag: 'txn-item/purchase-brand', names: /^(purchase_?)?brand$/ },
  { tag: 'txn-item/purchase-channel', names: /^(purchase_?|sales_?)?channel$/ },
  { tag: 'txn-item/store-id', names: /^(store|shop|location)_?(id|no|number)$/ },
  { tag: 'txn-item/customer-id', names: /^(customer|cust|client|member|user)_?(id|no|number)$/ },
  { tag: 'txn-item/currency', names: /^currency(_?code)?$/ },
];

/** An identifier by its name: it stays text, since nobody adds identifiers up and their zeros matter. */
export const isIdentifierName = (column: string): boolean =>
  /(^|_)(id|ids|key|code|number|num|no|nr|ref|sku|uuid|guid|account|card|pin|barcode|ean|upc|isbn)$/.test(column);

/** How days are to be written, plurals to choose from, and the mark of custom fields: `Date of birth (dd/mm/yyyy)`, `Forename(s)`, `Gender__c`. */
const AFTERTHOUGHT = /_(s|c|(dd?_?mm?_?|mm?_?dd?_?)(yy){1,2}|yyyy_?mm?_?dd?)$/;

/** Words that are often cut short. */
const WORDS: Readonly<Record<string, string>> = {
  nm: 'name',
  cust: 'customer',
  addr: 'address',
  tel: 'phone',
  fst: 'first',
  lst: 'last',
  st: 'state',
  nbr: 'number',
  midl: 'middle',
  sufx: 'suffix',
  cd: 'code',
  brth: 'birth',
  ph: 'phone',
  mob: 'mobile',
  eml: 'email',
  strt: 'street',
  hse: 'house',
  cty: 'city',
  prov: 'province',
  ctry: 'country',
  pcode: 'postcode',
  postcd: 'postcode',
  ...wordsInSystems,
};

/** A column's name with the words that are often cut short written out: `cust_first_nm` → `customer_first_name`. */
export function spelledOut(column: string): string {
  return column
    .replace(AFTERTHOUGHT, '')
    .replace(/(^|_)name(fi?rst|la?st|given|family|middle|suffix)$/, '$1name_$2')
    .replace(/(^|_)st_(nm|name|type|addr|address|dir)/, '$1street_$2')
    .split('_')
    .map((word) => WORDS[word] ?? word)
    .join('_')
    .replace(/^(.*_)?name_(first|given|last|family|full|suffix|prefix)(_name)?$/, '$2_name')
    .replace(/^(.*_)?name_((sur|fore)name)$/, '$2');
}

/** A name without the number of its turn: `fname_c1` and `fname_c2` are one thing in two columns. */
export function withoutTurn(column: string): { base: string; turn: number | undefined } {
  const [, base = column, turn] = /^(.*?[a-z])_?c?(\d)$/.exec(column) ?? [];
  return { base, turn: turn === undefined ? undefined : Number(turn) };
}

const qualifiers =
  '(default|mailing|billing|shipping|home)_address|primary|main|default|legal|official|current|permanent|personal|mailing|billing|shipping|home|residential|res';
const BEFORE = new RegExp(`^((${roles}|${rolesInSystems}|${qualifiersInSystems}|${qualifiers})_)+`);

/** Whose a value is, or which of several, before the name of what it is: `pt_first`, `applicant_name`, `nome_cliente`. */
const withoutOwner = (column: string): string =>
  column
    .replace(BEFORE, '')
    .replace(/_((d[aeiou]l?|du|of|van)_)?(client[ei]?|kunde|customer|paciente|patient|member)$/, '')
    .replace(/_(desc|text|txt|value|val)$/, '');

/** A name of a person, whatever is said before it; nobody else's and none that people have besides. */
function nameAlone(column: string): string {
  const [, before = '', name] = /^(.+)_((first|given|last|family)_?name|forename|surname)$/.exec(column) ?? [];
  const isOther =
    SOMEBODY_ELSE.test(before) ||
    /middle|maiden|birth|previous|former|alias|nick|second|user|file|(^|_)(and|or|first|given|full)$/.test(before);
  return name === undefined || isOther ? column : name;
}

/** What a field's name says that it is: as it stands, else without the number of its turn, else without whose it is. */
export function tagsNamed({ field, column }: { field: string; column: string }): { tag: string; confidence: number }[] {
  for (const name of [column, ...plainerNames(field)]) {
    const found = tagsCalled(name);
    if (found.length > 0) return found;
  }
  return namesInScripts.filter(({ names }) => names.test(inScripts(field)));
}

const everyName = [...tagNames, ...namesInSystems];

function tagsCalled(column: string): { tag: string; confidence: number }[] {
  const written = spelledOut(column);
  const { base } = withoutTurn(written);
  for (const name of [column, written, base, withoutOwner(written), withoutOwner(base), nameAlone(written)]) {
    const found = everyName.filter(({ names }) => names.test(name));
    if (found.length > 0) return found;
  }
  return [];
}
