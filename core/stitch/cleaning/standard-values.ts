import { standardAddress } from './addresses.ts';

/*
 * The one form in which each kind of value is compared. Undefined is none: the text says nothing of its kind.
 */

const SUFFIX = / (JR|SR|II|III|IV)$/;
const TITLE = /^((MR|MRS|MS|MISS|MX|DR|PROF|SIR|REV|MME|MLLE|HERR|FRAU|SRA|SHRI|SMT) |M (?=\S+ ))+/;
const LEGAL_FORM = / (INC|INCORPORATED|LLC|LTD|LIMITED|CORP|CORPORATION|CO|COMPANY|GMBH|AG|PLC|PTY)$/;

/** Accents of European letters, points of Hebrew and vowel marks of Arabic; other scripts' marks are part of their letters. */
const ACCENTS = /[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670]/g;
const BEYOND_ASCII = /[^\0-\x7f]/;
/** Letters that Unicode doesn't take for accented ones. */
const STROKES: Record<string, string> = { Ł: 'L', Ø: 'O', Đ: 'D', Ð: 'D', Þ: 'TH', Æ: 'AE', Œ: 'OE' };

/** Upper case without accents; letters and digits of full width and the like as plain ones. */
export function plain(value: string): string {
  if (!BEYOND_ASCII.test(value)) return value.toUpperCase();
  const upper = value.normalize('NFKD').replace(ACCENTS, '').normalize('NFC').toUpperCase();
  return upper.replace(/[ŁØĐÐÞÆŒ]/g, (letter) => STROKES[letter] ?? letter);
}

/** As it is typed, as it is printed, and what is taken for it. */
const APOSTROPHES = /['’‘ʼ`´]/g;

const BETWEEN_WORDS = /[^A-Z0-9]+/g;
const BETWEEN_ANY_WORDS = /[^\p{L}\p{M}\p{N}]+/gu;

/** Words apart by one space. */
function spaced(text: string): string {
  const found = text.replace(BEYOND_ASCII.test(text) ? BETWEEN_ANY_WORDS : BETWEEN_WORDS, ' ');
  const [from, to] = [found.startsWith(' ') ? 1 : 0, found.endsWith(' ') ? found.length - 1 : found.length];
  return found.slice(from, Math.max(from, to));
}

/** Letters and digits in upper case without accents, words apart by one space. */
export function words(value: string): string {
  return spaced(plain(value.replace(APOSTROPHES, '')));
}

/** Upper case without accents, else as it stands. */
export const code = (value: string): string => plain(value).trim();

const EXTENSION = /(x|ext(ension)?\.?|#)\s*\d{1,6}\s*$/i;
const SEVERAL = /[,;|]|:::|\s\/\s|\sor\s/i;
/** What a country's numbers begin with from abroad (ITU E.164). */
const CALLING_CODE = /^(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[2-9][0-9]{2})/;
const FROM_ABROAD = /^[^0-9+]*(?:\+|00)/;

/**
 * Digits of a number as it is dialled in its country, without the zeros in front and an extension behind it:
 * `+33 (0)6 12 34 56 78` is `06 12 34 56 78`. Of several numbers it is the first, of a longer one the last ten digits; what has
 * fewer than seven is no number.
 */
export function phone(value: string): string | undefined {
  const one = /[a-z#,;|:/]/i.test(value) ? firstNumber(value) : value;
  const digits = one.replace(/[^0-9]+/g, '');
  if (digits.length < LEAST_PHONE) return undefined;
  const dialled = digits.replace(/^0+/, '');
  const national = FROM_ABROAD.test(one) ? dialled.replace(CALLING_CODE, '').replace(/^0+/, '') : dialled;
  const found = (national.length < LEAST_LOCAL ? dialled : national).slice(-10);
  return found.length < LEAST_LOCAL ? undefined : found;
}

const LEAST_PHONE = 7;
/** Without its zero or its country a number may have one digit less. */
const LEAST_LOCAL = LEAST_PHONE - 1;

const firstNumber = (value: string): string =>
  value
    .split(SEVERAL)
    .map((part) => part.replace(EXTENSION, ''))
    .find((part) => part.replace(/[^0-9]+/g, '').length >= LEAST_PHONE) ?? value;

/** Upper case without accents and `+tag`, of several the first; a text without a user part and a domain is no address. */
export function email(value: string): string | undefined {
  const [one] = /[,;<|]|:::/.test(value) ? (/[^\s,;:<>|"']+@[^\s,;<>|"']+/.exec(value) ?? [value]) : [value];
  const address = plain(one.trim());
  const at = address.indexOf('@');
  if (at < 1) return undefined;
  const tag = address.indexOf('+');
  return tag > 0 && tag < at ? address.slice(0, tag) + address.slice(at) : address;
}

/** Letters and digits, of an American code the first five. */
export function postal(value: string): string {
  const found = plain(value).replace(/[^A-Z0-9]+/g, '');
  return /^[0-9]{9}$/.test(found) ? found.slice(0, 5) : found;
}

/** Numbers by ISO 5218. */
const GENDERS: Record<string, string> = { MALE: 'M', MAN: 'M', FEMALE: 'F', WOMAN: 'F', '1': 'M', '2': 'F' };

export function gender(value: string): string {
  const said = code(value);
  return GENDERS[said] ?? said;
}

export const company = (value: string): string => words(value).replace(LEGAL_FORM, '');

export interface NameParts {
  given: string | undefined;
  surname: string | undefined;
  suffix: string | undefined;
}

/** `Low, Ada`, as airlines write it `LOW/ADA MS`, and as hospitals do `LOW^ADA^B`. */
const BEHIND_SURNAME = /[,/^]/;

/** `Mme LOW Ada`: what is in capitals is the surname, where the rest is not. */
const SURNAME_IN_CAPITALS =
  /^\s*((?:\p{Lu}\p{Ll}{0,3}\.? )?)(\p{Lu}[\p{Lu}'’-]{2,}|\p{Lu}[\p{Lu}'’-]+(?: \p{Lu}[\p{Lu}'’-]+)+) (\p{Lu}\p{Ll}[\p{L}'’. -]*)$/u;

/** A name after the father's, which stands behind the given name: `Low Ada Ivanovna`, but not in `Ada Ivanovna Low`. */
const PATRONYMIC = '[^ ]+(?:(?:[ОЕ]В|Ь)ИЧ|(?:[ОЕІ]В|И)НА|[OE]VICH|[OEI]VNA|ICHNA)';
const BEFORE_PATRONYMIC = new RegExp(`^([^ ]+) (?!${PATRONYMIC} )([^ ]+ ${PATRONYMIC})$`);
/** Nobody's surname is a letter: `Low A. B.`. */
const BEFORE_INITIALS = /^([^ ]{2,}) (\p{L} \p{L})$/u;

/** First given name and last surname of a name in one field, in either order of writing. */
export function nameParts(value: string): NameParts {
  const [last = '', ...first] = value.replace(SURNAME_IN_CAPITALS, '$2, $3').split(BEHIND_SURNAME);
  const turned = words([...first, last].join(' ')).replace(TITLE, '');
  const bare = withoutSuffix(turned).replace(BEFORE_PATRONYMIC, '$2 $1').replace(BEFORE_INITIALS, '$2 $1');
  if (BEYOND_ASCII.test(bare) && SURNAME_FIRST.test(bare)) return surnameFirst(bare);
  const [from, to] = [bare.indexOf(' '), bare.lastIndexOf(' ')];
  return {
    given: from < 0 ? bare : bare.slice(0, from),
    surname: to < 0 ? undefined : bare.slice(to + 1),
    suffix: suffixOf(turned),
  };
}

/** Chinese, Japanese and Korean names in their own scripts. */
const SURNAME_FIRST = /^[\p{sc=Han}\p{sc=Hangul}\p{sc=Hiragana}\p{sc=Katakana}ー々 ]+$/u;

/** The first word where there are several, else the first letter, of four or more two. */
function surnameFirst(name: string): NameParts {
  const letters = [...name];
  const space = letters.indexOf(' ');
  const size = space > 0 ? space : letters.length < 4 ? 1 : 2;
  const given = letters.slice(size).join('').replaceAll(' ', '');
  const surname = letters.slice(0, size).join('');
  return { given: given === '' ? undefined : given, surname, suffix: undefined };
}

/** Of a name in words. */
export const withoutSuffix = (name: string): string => (name.includes(' ') ? name.replace(SUFFIX, '') : name);

export const suffixOf = (name: string): string | undefined => (name.includes(' ') ? SUFFIX.exec(name)?.[1] : undefined);

const SUFFIXES: Record<string, string> = { JUNIOR: 'JR', SENIOR: 'SR' };

export function suffix(value: string): string {
  const said = words(value);
  return SUFFIXES[said] ?? said;
}

/** Plain words, each in its long form. */
export const address = (value: string): string => standardAddress(spaced(plain(value)));

/** The number of a post-office box, from a standardised address. */
export const poBox = (standard: string): string | undefined =>
  standard.includes('BOX') ? /\bP ?O ?BOX ([0-9]+)/.exec(standard)?.[1] : undefined;

/** Sounds of the letters A to Z; 0 is no sound, 9 none that parts two of the same. */
const SOUNDS = '01230129022455012623019202';

/** Soundex of a name without its first-letter padding, so that names of one sound share a key (US National Archives rules). */
export function soundex(name: string): string | undefined {
  const first = name.codePointAt(0);
  if (first === undefined) return undefined;
  let [found, last] = ['', ''];
  for (const letter of name.replace(/[^A-Z]/g, '')) {
    const sound = SOUNDS[letter.charCodeAt(0) - 65] ?? '0';
    if (sound === '9' && found !== '') continue;
    if (sound !== last) found += sound;
    last = sound;
  }
  return String.fromCodePoint(first) + found.slice(1).replaceAll('0', '').slice(0, 3);
}
