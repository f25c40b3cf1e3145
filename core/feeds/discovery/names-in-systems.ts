/** How systems and forms call fields besides: cut to a width, asked for in words, or by what is done with a value. */
export const namesInSystems: readonly { tag: string; names: RegExp; confidence: number }[] = [
  {
    tag: 'full-name',
    names: /^(first|given|fore)_?(name)?_(last|sur|family)_?name$|^name_(on|as_on|as_per)_[a-z_]+$/,
    confidence: 0.9,
  },
  {
    tag: 'phone',
    names:
      /(^|_)(tele)?phone_ext$|^whats_?app(_?(number|no))?$|^(daytime|best|alternate|home|mobile)_contact_(number|num|no)$|^telf$/,
    confidence: 0.9,
  },
  { tag: 'email', names: /^smtp_address$/, confidence: 0.9 },
  { tag: 'address', names: /^address_(line|ln)(_?1)?$|^add_?(line_?)?1$|^address_street_?1$|^stras$/, confidence: 0.9 },
  { tag: 'city', names: /^ort_?0?1$/, confidence: 0.9 },
  { tag: 'postal', names: /^pstlz$/, confidence: 0.9 },
  {
    tag: 'gender',
    names: /^((legal|biological|administrative)_)?(gender|sex)(_(identity|at_birth))?$|^(m_f|male_female)$/,
    confidence: 0.9,
  },
];

/** Words as systems cut them short. */
export const wordsInSystems: Readonly<Record<string, string>> = {
  pstl: 'postal',
  frst: 'first',
  surnm: 'surname',
  phn: 'phone',
  gndr: 'gender',
  adr: 'address',
  hm: 'home',
};

/** What somebody is to those who keep the file: whole words before what a field is, or the whole of its name. */
export const rolesInSystems =
  'ticket_?holder|occupant|registrant|taxpayer|payee|inmate|constituent|card_?member|camper|player|booker';

/** Which of several values it is, and of an address what is there. */
export const qualifiersInSystems =
  '(physical|property|service|premises?|situs)(?=_addr)|(ship|bill|sold|deliver)_to|delivery|def|perm|lead';
