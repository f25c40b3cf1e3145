/** How sure a name is that means a person's only beside other columns of a person. */
export const BARE = 0.6;

/** How fields that a tag fits are called, as a pattern over their snake_case name; `_1`, `_c2` and such endings are taken off first. */
export const tagNames: readonly { tag: string; names: RegExp; confidence: number }[] = [
  {
    tag: 'given-name',
    names:
      /^(first|given|fore|christian)_?names?$|^(cust(omer)?|member|contact|billing)_first_name$|^f_?name$|^firstname$|^(vor|ruf)namen?$|^prenoms?$|^primer_nombre$|^primeiro_nome$|^voornaam$|^imie$|^fornamn$|^etunimi$/,
    confidence: 0.95,
  },
  {
    tag: 'surname',
    names:
      /^(last|family|sur)_?names?$|^(cust(omer)?|member|contact|billing)_(last_name|surname)$|^l_?name$|^lastname$|^(nach|familien|zu)name$|^nom(_de_famille)?$|^(primer_)?apellidos?(_paterno)?$|^cognome$|^(sobrenome|apelido)$|^achternaam$|^nazwisko$|^efternamn$|^sukunimi$/,
    confidence: 0.95,
  },
  {
    tag: 'full-name',
    names:
      /^(full|complete|display|customer|contact|person|member|recipient)_?name$|^fullname$|^nombre_completo$|^nom_complet$|^nome_(completo|e_cognome)$/,
    confidence: 0.9,
  },
  { tag: 'full-name', names: /^name$/, confidence: BARE },
  { tag: 'given-name', names: /^first$/, confidence: BARE },
  { tag: 'surname', names: /^last$/, confidence: BARE },
  // Beside a surname the given name, as Spanish, Italian and Portuguese call it.
  { tag: 'given-name', names: /^(nombres?|nomes?)$/, confidence: 0.7 },
  { tag: 'generational-suffix', names: /^(name_)?suffix(_name)?$|^generation(al)?(_suffix)?$/, confidence: 0.8 },
  { tag: 'title', names: /^(title|salutation|honorific|name_prefix|prefix(_name)?)$/, confidence: 0.6 },
  {
    tag: 'email',
    names: /(^|_)e_?mail(_?(addr(ess)?|id|adresse))?$|^mail$|^courriel$|^correo(_electronico)?$/,
    confidence: 0.9,
  },
  {
    tag: 'phone',
    names:
      /(^|_)(tele)?phone(_?(number|num|no|nr))?$|(^|_)(mobile|cell|msisdn|tel)(_?(number|num|no|phone))?$|^contact_number$|^(telefon|rufnummer|handy|mobil)(_?nummer)?$|^portable$|^(telefono|movil|celular|cellulare|telefone|telefoon)(_?(numero|nummer))?$/,
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
      /^((street|postal|mailing|home|billing|shipping|residential)_)?(address|addr)(_line)?(_?(1|one))?$|^street(_?(address|name|line|1))?$|^address_?street$|^(strasse|str|adresse|rue|calle|direccion|domicilio|indirizzo|via|endereco|rua|straat|ulica|adres)$/,
    confidence: 0.9,
  },
  {
    tag: 'city',
    names:
      /(^|_)(city|town|suburb|locality|municipality|place_name|ville)(_name)?$|^(stadt|(wohn)?ort|commune|ciudad|localidad|municipio|citta|comune|cidade|stad|woonplaats|plaats|miasto)$/,
    confidence: 0.9,
  },
  {
    tag: 'state',
    names:
      /^((home|billing|shipping|mailing|address)_)?(state|province|region_code|state_?(code|province|abbr))$|^(bundesland|departement|provincia|provincie|estado|voivodeship|wojewodztwo)$/,
    confidence: 0.85,
  },
  {
    tag: 'postal',
    names:
      /(^|_)(zip|zip_?code|post_?code|postal(_?code)?|plz|eircode|pin_?code)(_|$)|^(postleitzahl|code_postal|codigo_postal|cp|cap|cep|kod_pocztowy)$/,
    confidence: 0.9,
  },
  { tag: 'country', names: /(^|_)country(_?(code|name|iso))?$|^(land|pays|pais|paese|kraj)$/, confidence: 0.85 },
  {
    tag: 'birthdate',
    names:
      /^(d_?o_?b|birth_?da(te|y)|date_?of_?birth|born(_on)?|birth_?dt|geburts(datum|tag)|geb_?dat(um)?|date_de_naissance|naissance|fecha_(de_)?nac(imiento)?|data_(di_)?nascita|data_(de_)?nascimento|geboortedatum|data_urodzenia|fodelsedatum)$|_(dob|birth_?date)$/,
    confidence: 0.95,
  },
  {
    tag: 'gender',
    names: /^(gender|sex)(_?code)?$|^(geschlecht|sexe|sexo|sesso|genero|geslacht|plec|kon)$/,
    confidence: 0.9,
  },
  { tag: 'company', names: /^(company|employer|organi[sz]ation|business|firm)(_?name)?$/, confidence: 0.8 },
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

/** Facts about a person that tell people apart, though no profile tag stands for them. */
export const evidenceNames: readonly { names: RegExp; confidence: number }[] = [
  {
    names:
      /^(ssn|nino|tax_?(id|number)|national_?(id|insurance)(_?number)?|passport(_?(no|number))?|driv(ers?|ing)_?licen[cs]e.*)$|^(soc(ial)?_?sec(urity)?)(_?(id|no|nr|num|number))?$/,
    confidence: 0.9,
  },
  {
    names: /^middle_?(initial|name|names)$|^mi$|^second_?name$|^(maiden|birth|previous|former)_?(sur|last_)?name$/,
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
    /^(street|house|building|civic|address)_?(number|num|no|nr)$|^(hausnummer|haus_?nr|house|numero(_civico)?|huisnummer)$/,
  birthYear: /^(by|birth_?year|year_?of_?birth|dob_?(year|y)|yob)$/,
  birthMonth: /^(bm|birth_?month|month_?of_?birth|dob_?(month|mon|m)|mob)$/,
  birthDay: /^(bd|birth_?day|day_?of_?birth|dob_?(day|d))$/,
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

/** A column's name with the words that are often cut short written out: `cust_first_nm` → `customer_first_name`. */
export function spelledOut(column: string): string {
  const words: Record<string, string> = {
    nm: 'name',
    cust: 'customer',
    addr: 'address',
    tel: 'phone',
    fst: 'first',
    lst: 'last',
    st: 'state',
  };
  return column
    .split('_')
    .map((word) => words[word] ?? word)
    .join('_')
    .replace(/^(.*_)?name_(first|given|last|family|full|suffix|prefix)(_name)?$/, '$2_name')
    .replace(/^(.*_)?name_((sur|fore)name)$/, '$2');
}

/** A name without the number of its turn: `fname_c1` and `fname_c2` are one thing in two columns. */
export function withoutTurn(column: string): { base: string; turn: number | undefined } {
  const [, base = column, turn] = /^(.*?[a-z])_?c?(\d)$/.exec(column) ?? [];
  return { base, turn: turn === undefined ? undefined : Number(turn) };
}
