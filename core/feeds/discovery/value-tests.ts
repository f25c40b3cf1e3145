import type { FeedField } from '../../contracts/sources.ts';
import { text } from '../../sql/quote.ts';
import { conversion } from '../conversions.ts';
import { DATE_PATTERNS } from '../date-patterns.ts';
import { dayInWords, IN_WORDS, IN_WORDS_TEST } from './days-in-words.ts';

/** Something that may be true of a value, as DuckDB SQL over its text `v`. */
export interface ValueTest {
  name: string;
  sql: (v: string) => string;
}

/** Patterns that are tried beside those understood by default; a feed has to name these. */
const NAMED_DATES = [
  'dd/MM/yyyy',
  'dd.MM.yyyy',
  'dd-MM-yyyy',
  'MM-dd-yyyy',
  'dd/MM/yy',
  'dd.MM.yy',
  'ddMMMyy',
  'yyyy.MM.dd',
  'yyyy.MM.dd.',
  'yyyy. MM. dd.',
  'dd MMMM yyyy',
  'MMMM dd yyyy',
  'yyyy年MM月dd日',
  'yyyy년 MM월 dd일',
];
const TIMES = ['HH:mm:ss', 'HH:mm', 'hh:mm:ss a', 'hh:mm a', 'HH:mm:ss.SSS'];

export const datePatterns: readonly string[] = [...DATE_PATTERNS, ...NAMED_DATES];
/** Patterns of instants on days that are written so. */
export const datetimePatterns = (days: readonly string[] = datePatterns): string[] => [
  'yyyyMMddHHmmss',
  ...days.flatMap((date) => TIMES.map((time) => `${date} ${time}`)),
];

const field = (type: string, patterns: readonly string[] = []): FeedField => ({
  field: 'v',
  type,
  patterns: [...patterns],
  required: false,
  semantics: [],
});
const converts =
  (type: string, patterns?: readonly string[]) =>
  (v: string): string =>
    `(${conversion(field(type, patterns), v, 'UTC')}) IS NOT NULL`;
const oneOf =
  (words: string) =>
  (v: string): string =>
    `lower(trim(${v})) IN (${words
      .trim()
      .split(/\s*,\s*/)
      .map(text)
      .join(', ')})`;
const shaped =
  (pattern: string) =>
  (v: string): string =>
    `regexp_full_match(${v}, ${text(pattern)})`;

const typeTests: readonly ValueTest[] = [
  { name: 'Integer', sql: converts('Integer') },
  { name: 'Decimal', sql: converts('Decimal(10)') },
  { name: 'Float', sql: converts('Float') },
  { name: 'leading zero', sql: shaped('[+-]?0\\d.*') },
  { name: 'long number', sql: (v) => `length(${v}) > 18` },
  { name: 'word of truth', sql: oneOf('true, false, t, f, yes, no, y, n') },
  { name: 'zero or one', sql: oneOf('0, 1') },
];

const states = `al, ak, az, ar, ca, co, ct, de, dc, fl, ga, hi, id, il, in, ia, ks, ky, la, me, md, ma, mi, mn, ms, mo, mt, ne, nv,
  nh, nj, nm, ny, nc, nd, oh, ok, or, pa, pr, ri, sc, sd, tn, tx, ut, vt, va, wa, wv, wi, wy, nsw, vic, qld, tas, act, nt, on, qc, bc,
  ab, mb, sk, ns, nb, nl, pe, yt, nu, new south wales, victoria, queensland, western australia, south australia, tasmania,
  california, texas, florida, new york, illinois, ohio, georgia, washington, ontario, quebec`;
const givenNames = `james, john, robert, michael, william, david, richard, joseph, thomas, charles, daniel, matthew, mark, paul, peter,
  andrew, george, anthony, kevin, brian, edward, mary, patricia, jennifer, linda, elizabeth, barbara, susan, jessica, sarah, karen, lisa,
  nancy, emily, emma, anna, laura, maria, sophie, olivia, hannah, hans, michel, jean, pierre, marie, jose, carlos, ana, steven, stephen,
  kenneth, joshua, jason, jeffrey, ryan, jacob, eric, scott, brandon, benjamin, samuel, gregory, frank, patrick, jack, dennis, adam,
  nathan, henry, kyle, noah, margaret, ashley, kimberly, donna, michelle, carol, amanda, melissa, deborah, stephanie, rebecca, sharon,
  cynthia, kathleen, amy, angela, shirley, ruth, helen, pamela, nicole, christine, samantha, catherine, rachel, janet, diane, julie, joyce,
  victoria, kelly, christina, joan, andrea, martha, klaus, jürgen, wolfgang, stefan, andreas, petra, ursula, monika, jan, johannes,
  françois, philippe, nathalie, isabelle, juan, luis, antonio, francisco, manuel, miguel, pedro, carmen, isabel, josé, joão, paulo,
  giuseppe, giovanni, marco, francesca, piotr, krzysztof, agnieszka, katarzyna, mohammed, muhammad, ahmed, ali, fatima, wei, li`;
const surnames = `smith, johnson, williams, brown, jones, garcia, miller, davis, rodriguez, martinez, hernandez, lopez, gonzalez, wilson,
  anderson, thomas, taylor, moore, jackson, martin, lee, thompson, white, harris, clark, lewis, robinson, walker, young, king, wright,
  green, baker, hall, nguyen, campbell, evans, edwards, mueller, schmidt, schneider, fischer, meyer, weber, dupont, bernard`;

const titles = 'mr, mrs, ms, miss, mx, dr, prof, sir, rev, herr, frau, mme, mlle, sra, don, dona';

/** What is a person's among several words: a name that many have, a title, an initial. */
const personalWord = `(${[givenNames, titles]
  .join(',')
  .split(/\s*,\s*/)
  .join('|')}|\\pL)`;
/** And what is a company's. */
const companyWord =
  '(inc|llc|ltd|limited|corp|corporation|company|co|gmbh|ag|kg|plc|pty|sarl|sas|spa|srl|bv|nv|oy|ab|and|und|et|sons|partners|associates|group|holdings?|bank|trust|services?|solutions?|systems?|technolog(y|ies)|industries|international|university|school|college|hospital|clinic|association|society|foundation)';

const shapeTests: readonly ValueTest[] = [
  { name: 'e-mail', sql: shaped('\\s*[^@\\s]+@[^@\\s]+\\.[A-Za-z]{2,}\\s*') },
  {
    name: 'phone',
    sql: (v) =>
      `regexp_full_match(${v}, '\\s*[+(]?[0-9][0-9 ().+/x-]{5,20}\\s*') AND length(regexp_replace(${v}, '[^0-9]', '', 'g')) BETWEEN 7 AND 15`,
  },
  {
    name: 'marked phone',
    sql: shaped(
      '\\s*(\\+[0-9][0-9 ().-]{7,}|\\(?[0-9]{3}\\)?[ .-][0-9]{3}[ .-][0-9]{4}|0[0-9] ?[0-9]{4} ?[0-9]{4})\\s*',
    ),
  },
  {
    name: 'postal',
    sql: shaped(
      '\\s*([0-9]{4,5}(-?[0-9]{4})?|[A-Za-z]{1,2}[0-9][A-Za-z0-9]? ?[0-9][A-Za-z]{2}|[A-Za-z][0-9][A-Za-z] ?[0-9][A-Za-z][0-9])\\s*',
    ),
  },
  { name: 'state', sql: oneOf(states) },
  {
    name: 'gender',
    sql: oneOf(`m, f, x, male, female, man, woman, nonbinary, non-binary, other, unknown, u, none, w, k, v, h, mann, frau, männlich, weiblich,
      divers, homme, femme, hombre, mujer, masculino, femenino, feminino, maschio, femmina, vrouw, mężczyzna, kobieta, muž, žena,
      мужской, женский, муж, жен, м, ж, 男, 女, 男性, 女性, 남, 여, 남자, 여자, 남성, 여성, ذكر, أنثى`),
  },
  // By ISO 5218, or told by the field's code book.
  { name: 'code of a sex', sql: oneOf('0, 1, 2, 3, 9') },
  {
    name: 'title',
    sql: oneOf('mr, mrs, ms, miss, dr, mr., mrs., ms., dr., prof, prof., sir, rev, herr, frau, m., mme'),
  },
  { name: 'generation', sql: oneOf('jr, sr, jr., sr., ii, iii, iv, v, junior, senior') },
  { name: 'given name', sql: oneOf(givenNames) },
  { name: 'surname', sql: oneOf(surnames) },
  {
    name: 'words of a name',
    sql: (v) =>
      `contains(trim(${v}), ' ') AND length(${v}) < 60 AND NOT regexp_matches(lower(${v}), '[0-9@#&+/:;_()]|[ ,]${companyWord}\\b')`,
  },
  {
    name: 'personal words',
    sql: (v) => `regexp_matches(lower(trim(${v})), '(^| )${personalWord}[.,]? | ${personalWord}[.]?$')`,
  },
  {
    name: 'street',
    sql: (v) =>
      `regexp_matches(lower(${v}), '\\d.*\\b(st|street|rd|road|ave|avenue|blvd|dr|drive|ln|lane|ct|court|pl|place|way|cres|crescent|strasse|str)\\b')`,
  },
];

const not =
  (test: ValueTest['sql']) =>
  (v: string): string =>
    `NOT ${test(v)}`;

/** What is looked for besides in a column that seems to hold days. */
export const dayTests: readonly ValueTest[] = [
  { name: 'day may come first', sql: not(shaped('\\s*\\d{1,2}[-/](1[3-9]|[23]\\d)[-/](\\d{2}){1,2}\\s*')) },
  { name: 'month may come first', sql: not(shaped('\\s*(1[3-9]|[23]\\d)[-/]\\d{1,2}[-/](\\d{2}){1,2}\\s*')) },
  ...datePatterns.map((pattern) => ({ name: `Date ${pattern}`, sql: converts('Date', [pattern]) })),
  { name: `Date ${IN_WORDS_TEST}`, sql: (v) => `${dayInWords(v)} IS NOT NULL` },
];

/** What is looked for besides in a column that seems to hold instants, on days that are written so. */
export const instantTests = (days: readonly string[]): readonly ValueTest[] => [
  { name: 'Datetime', sql: (v) => `${v} LIKE '%:%' AND ${converts('Datetime')(v)}` },
  ...datetimePatterns(days).map((pattern) => ({ name: `Datetime ${pattern}`, sql: converts('Datetime', [pattern]) })),
];

/** Signs that a column may hold days or times of days, which are then looked at closely. */
const signs: readonly ValueTest[] = [
  {
    name: 'like a day',
    sql: shaped(
      `\\s*\\d{1,4}[-/. ]{0,2}(\\d{1,2}|[A-Za-z]{3,9})[-/. ]{0,2},? ?\\d{1,4}\\.?\\s*|${IN_WORDS}|\\s*\\d{4}[年년] ?\\d{1,2}[月월] ?\\d{1,2}[日일]\\s*`,
    ),
  },
  { name: 'like an instant', sql: (v) => `${v} LIKE '%:%' OR regexp_full_match(${v}, '\\d{14}')` },
];

/** What is looked for in the values of every column. */
export const generalTests: readonly ValueTest[] = [...typeTests, ...shapeTests, ...signs];
