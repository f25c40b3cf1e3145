import { ident, text } from '../sql/quote.ts';
import type { Shape } from './shape.ts';

/** Two records meet under a rule when every part of its key is there and equal. */
export interface Rule {
  name: string;
  /** SQL over `profile`. */
  parts: string[];
  /** Further values that the same key may have, such as a second e-mail address. */
  alternatives?: string[][];
  /** Records under one key before it is refined. */
  cap: number;
}

/** Blocks hold this many records at most (reference §3.5), foreign keys ten times as many. */
export const BLOCK_CAP = 100;
const KEY_CAP = 1000;
/** A rule that says little for a match pays in small blocks only. */
const BROAD_CAP = 20;
/** Keys are refined so many times before what is left of an oversized block is cut. */
export const REFINEMENTS = 3;

/** What tells people apart within an oversized block, the most telling first, and what it reads. */
const REFINERS = [
  { column: 'birthdate', part: 'dob' },
  { column: 'surname', part: 'surname' },
  { column: 'given_name', part: 'given_name' },
  { column: 'place', part: 'place' },
  { column: 'postal', part: 'postal' },
  { column: 'phone', part: 'phone' },
  { column: 'email', part: 'email' },
];

const given3 = 'substr(given_name, 1, 3)';
const surname3 = 'substr(surname, 1, 3)';

/** Given name and surname, whichever stands in which field. */
const inOrder = `CASE WHEN given_name < surname THEN given_name || ':' || surname ELSE surname || ':' || given_name END`;

function rule(name: string, ...parts: string[]): Rule {
  return { name, parts, cap: BLOCK_CAP };
}

/** The default set of reference §3.5, and rules that reach pairs which it misses (names misspelt from the start, moved people). */
export function rulesOf(shape: Shape): Rule[] {
  const has = (...columns: string[]) => columns.every((column) => shape.columns.has(column));
  const person = has('given_name', 'surname') || has('full_name');
  const rules: [boolean, Rule][] = [
    [person && has('birthdate'), rule('dnf1', given3, 'substr(surname, 1, 1)', 'dob')],
    [person && has('postal'), rule('dnf3', given3, surname3, 'postal')],
    [person && has('address'), rule('dnf4', given3, 'place')],
    [person && shape.phones.length > 0, rule('dnf5', given3, 'phone')],
    [person && shape.emails.length > 0, rule('dnf6', given3, surname3, 'email_user')],
    [person && has('company'), rule('dnf7', given3, 'company')],
    [person && has('address'), rule('dnf8', given3, surname3, 'po_box')],
    [shape.emails.length > 0, { ...rule('email', 'email'), alternatives: ordinals('emails', shape.emails) }],
    [shape.phones.length > 0, { ...rule('phone', 'phone'), alternatives: ordinals('phones', shape.phones) }],
    [shape.emails.length > 0, rule('email-user', 'email_user')],
    [true, { ...rule('name', inOrder), cap: BROAD_CAP }],
    [person && has('birthdate'), rule('surname-birthdate', 'surname', 'dob')],
    [person && has('birthdate'), rule('given-birthdate', 'given_name', 'dob')],
    [person && has('birthdate'), { ...rule('sound-birthyear', 'sound', 'substr(dob, 1, 4)'), cap: BROAD_CAP }],
    [person && has('address'), rule('surname-street', surname3, 'place')],
    [has('birthdate', 'postal'), rule('birthdate-postal', 'dob', 'substr(postal, 1, 3)')],
  ];
  const more = (names: string[], cap: number) => names.map((name) => ({ ...rule(name, ident(name)), cap }));
  return [
    ...rules.filter(([applies]) => applies).map(([, each]) => each),
    ...more(shape.evidence, BLOCK_CAP),
    ...more(shape.blockingKeys, BLOCK_CAP),
    ...more(shape.foreignKeys, KEY_CAP),
  ];
}

/** The values after the first of a column with ordinals; the list of all is sorted and holds the first too. */
const ordinals = (list: string, columns: string[]) =>
  columns.length > 1 ? columns.map((_, i) => [`${list}[${i + 1}]`]) : [];

/** Every part of a key is there. */
export const whole = (parts: string[]) => parts.map((part) => `${part} IS NOT NULL`).join(' AND ');

/** Keys are numbers that no two rules share but by chance. A rule with alternatives has a key for each. */
function keysOf(rules: readonly Rule[]): { rule: number; key: string; present: string }[] {
  return rules.flatMap(({ parts, alternatives = [] }, rule) =>
    (alternatives.length > 0 ? alternatives : [parts]).map((each) => ({
      rule,
      key: `hash(${rule}, ${each.join(', ')})`,
      present: whole(each),
    })),
  );
}

/** Table `block_key` (rule, key, id) of the profiles. */
export function blockKeySql(rules: readonly Rule[]): string {
  const arms = keysOf(rules).map(
    ({ rule, key, present }) => `SELECT ${rule}::UTINYINT AS rule, ${key} AS key, id FROM profile WHERE ${present}`,
  );
  return `CREATE TABLE block_key AS ${arms.join(' UNION ALL ')}`;
}

/** The keys of one profile, as a list with gaps. */
export const keyListSql = (rules: readonly Rule[]) =>
  `[${keysOf(rules)
    .map(({ key, present }) => `CASE WHEN ${present} THEN ${key} END`)
    .join(', ')}]`;

/** The table of keys after so many refinements. */
const keysAt = (depth: number) => (depth === 0 ? 'block_key' : `refined_key_${depth}`);
const depths = Array.from({ length: REFINEMENTS + 1 }, (_, depth) => depth);

/** Table `block_<depth>` (rule, key, n) of the keys that two profiles or more share. */
export const blockSql = (depth: number) =>
  `CREATE TABLE block_${depth} AS SELECT rule, key, count(*) AS n FROM ${keysAt(depth)} GROUP BY rule, key HAVING count(*) > 1`;

/** Table `oversized_<depth>` of the blocks that hold more records than their rule's cap. */
export const oversizedSql = (rules: readonly Rule[], depth: number) =>
  `CREATE TABLE oversized_${depth} AS SELECT rule, key, n FROM block_${depth} WHERE n > ${capOf(rules)} ORDER BY rule, key`;

/**
 * Table `refined_key_<depth + 1>`: the records of oversized blocks, under their key and the next column that the rule
 * doesn't use yet. Records without a value there meet each other.
 */
export function refineSql(rules: readonly Rule[], depth: number): string {
  const arms = rules.map((each, i) => {
    const part = refinersOf(each)[depth];
    return `WHEN ${i} THEN hash(${part === undefined ? 'NULL' : `coalesce(${part}, '')`})`;
  });
  return `CREATE TABLE refined_key_${depth + 1} AS SELECT k.rule, hash(k.key, CASE k.rule ${arms.join(' ')} END) AS key, k.id
FROM ${keysAt(depth)} k JOIN oversized_${depth} o ON o.rule = k.rule AND o.key = k.key JOIN profile p ON p.id = k.id`;
}

const refinersOf = (each: Rule) => REFINERS.filter(({ part }) => !each.parts.includes(part)).map(({ part }) => part);

/** Blocks that stand after refinement. */
const standing = depths.map((depth) => `SELECT * FROM block_${depth} ANTI JOIN oversized_${depth} USING (rule, key)`);

/** Table `meeting` (rule, key, id): the keys of those blocks. */
export const meetingSql = `CREATE TABLE meeting AS ${depths
  .map((depth) => `SELECT rule, key, id FROM ${keysAt(depth)} SEMI JOIN (${standing[depth]}) USING (rule, key)`)
  .join(' UNION ALL ')}`;

/** How many pairs meet, each once a rule: known from the sizes of the blocks, before any pair is made. */
export const metPairsSql = `SELECT coalesce(sum(n * (n - 1) // 2), 0)::DOUBLE AS pairs FROM (${standing.join(' UNION ALL ')})`;

/** Table `candidate`: each pair of profiles that met, once. */
export const candidateSql = `CREATE TABLE candidate AS SELECT DISTINCT l.id AS a, r.id AS b
FROM meeting l JOIN meeting r ON l.rule = r.rule AND l.key = r.key AND l.id < r.id`;

/** Blocks that grew to so many times their cap since a model froze which ones are refined: the model no longer fits. */
const OUTGROWN = 4;

export function outgrownSql(rules: readonly Rule[]): string {
  return `SELECT count(*)::INTEGER AS blocks FROM (${standing.join(' UNION ALL ')}) WHERE n > ${OUTGROWN} * ${capOf(rules)}`;
}

const capOf = (rules: readonly Rule[]) =>
  `CASE rule ${rules.map(({ cap }, i) => `WHEN ${i} THEN ${cap}`).join(' ')} END`;

/** What each rule found, for the report. `cut` counts the keys that stayed oversized. */
export function blockingReportSql(rules: readonly Rule[]): string {
  const names = rules.map(({ name }, i) => `(${i}, ${text(name)})`).join(', ');
  return `SELECT r.name AS rule, coalesce(k.keys, 0)::DOUBLE AS keys, coalesce(k.pairs, 0)::DOUBLE AS pairs, coalesce(c.cut, 0)::DOUBLE AS cut
FROM (VALUES ${names}) AS r(rule, name)
LEFT JOIN (SELECT rule, count(*) AS keys, sum(n * (n - 1) // 2) AS pairs FROM (${standing.join(' UNION ALL ')}) GROUP BY rule) k ON k.rule = r.rule
LEFT JOIN (SELECT rule, count(*) AS cut FROM oversized_${REFINEMENTS} GROUP BY rule) c ON c.rule = r.rule
ORDER BY r.rule`;
}
