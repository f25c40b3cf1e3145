import { columnOfTag } from '../semantics/registry.ts';
import { ident } from '../sql/quote.ts';
import type { AnyRecords } from './any-records.ts';

/** What the values of a guessed column have to do with those of others. */
export interface Repetition {
  /** The share of its rows all of whose words are words of the known columns. */
  repeated: number;
  /** By other column: how far two people who share its value share this one's too, from 0 (as by chance) to 1. */
  follows: Readonly<Record<string, number>>;
}

/** Why a guessed column says only once more what others say; undefined when it doesn't. */
export function repeats({ repeated, follows }: Repetition, { known }: Pick<AnyRecords, 'known'>): string | undefined {
  if (repeated >= REPEATED) return 'its words are those of other columns';
  const least = (from: string) => (known.includes(from) && !PLACE.test(from) ? FOLLOWS.known : FOLLOWS.guess);
  const [from] = Object.entries(follows).find(([other, share]) => share >= least(other)) ?? [];
  return from === undefined ? undefined : `it follows from ${from.replace('evidence_', '')}`;
}

/** What is said once more is no further evidence: columns are left out, each because of something. */
export function withoutRepeated(plan: AnyRecords, left: ReadonlyMap<string, string>): AnyRecords {
  const uses = plan.uses.map((use) => {
    const because = left.get(columnOfTag(use.use));
    return because === undefined ? use : { ...use, use: 'none', because };
  });
  return { ...plan, uses, columns: plan.columns.filter(({ name }) => !left.has(name)) };
}

const REPEATED = 0.5;
/**
 * A guess is left out when two who share another column's value share its own, of a known column nearly always: what is known is
 * compared in a way of its own. Of two guesses the less telling one goes when it follows more often than not. Else a person's
 * department, cost centre and line manager would be three reasons to take colleagues for one.
 */
const FOLLOWS = { known: 0.95, guess: 0.5 };
/** A street and number are in several towns, so that what follows from a house is shared by most who share these, not by all. */
const PLACE = /^address(_|$)/;
/**
 * Two who share a value are different people in so many cases at the least, and in one of so many, before these show anything:
 * in every other one where people are told apart by a single field, in which one person's records may differ by error.
 */
const STRANGERS = { least: 10, oneIn: 20, oneInBySingle: 2 };

/** SQL that measures how far a guessed column only repeats known ones of a relation of records, in one row. */
export function repetitionSql(records: string, column: string, known: readonly string[]): string {
  const follows = known.map((name) => `(${followsSql(records, column, name, known)}) AS ${ident(name)}`);
  const share = `SELECT coalesce(avg((${repeatsWords(column, known)})::INTEGER), 0) FROM ${records} WHERE ${ident(column)} IS NOT NULL`;
  return `SELECT ${[`(${share}) AS "share repeated"`, ...follows].join(',\n')}`;
}

/** SQL that measures how far other guessed columns follow from one of a relation of records, in one row: by column. */
export function followersSql(
  records: string,
  from: string,
  columns: readonly string[],
  known: readonly string[],
): string {
  const shares = columns.map(
    (column, i) => `(SELECT ${followShare(i)} FROM strangers, (${chanceSql(records, column)})) AS ${ident(column)}`,
  );
  return `WITH strangers AS MATERIALIZED (${strangersSql(records, columns, from, known)}) SELECT ${shares.join(',\n')}`;
}

/** True of a record whose value's words are all in known columns. An e-mail may spell a name, which is no less worth for that: of it the value must be the whole user or domain. */
function repeatsWords(column: string, known: readonly string[]): string {
  const isEmail = (name: string) => /^email(_|$)/.test(name);
  const others = known.filter((name) => !isEmail(name)).map((name) => `${ident(name)}::VARCHAR`);
  const inOthers = `list_has_all(${words(`concat_ws(' ', ${["''", ...others].join(', ')})`)}, ${words(ident(column))})`;
  const parts = known
    .filter(isEmail)
    .flatMap((name) => [1, 2].map((part) => letters(`split_part(${ident(name)}, '@', ${part})`)));
  return [inOthers, ...parts.map((part) => `coalesce(${letters(ident(column))} = ${part}, false)`)].join(' OR ');
}

/** As equal as values are that some write without accents, and capitals of which a small letter has two forms (`Σ`). */
const folded = (value: string) => `upper(strip_accents(${value}))`;
const words = (value: string) => `string_split(trim(regexp_replace(${folded(value)}, '[^\\pL\\pN]+', ' ', 'g')), ' ')`;
const letters = (value: string) =>
  `nullif(regexp_replace(${folded(`${value}::VARCHAR`)}, '[^\\pL\\pN]+', '', 'g'), '')`;

const NAMES = /^(given_name|surname|full_name)(_|$)/;
const OWN = /^(birthdate|email|phone)(_|$)/;

/** From so many values of several records on: of none that parts the two, fewer than one in twenty does (rule of three). */
const REPEATED_VALUES = 60;

function followsSql(records: string, column: string, from: string, known: readonly string[]): string {
  return `SELECT CASE WHEN one_to_one THEN 1 ELSE ${followShare(0)} END
FROM (${strangersSql(records, [column], from, known)}), (${chanceSql(records, column)}), (${oneToOneSql(records, column, from)})`;
}

/** How far strangers who share a value share the one of a column as well, by its place among those that are measured. */
const followShare = (i: number): string =>
  `CASE WHEN strangers_${i} >= ${STRANGERS.least} AND strangers_${i} * one_in >= pairs_${i} THEN coalesce((same_${i} / strangers_${i} - chance) / nullif(1 - chance, 0), 0) ELSE 0 END`;

/**
 * Records of one person share two columns whatever these have to do with each other, so that those alone count that are shown to
 * be of different people: neighbours under one value of `from` that differ in all of at least two names, birth dates, e-mails and
 * phones, or in the only one that there is.
 */
function strangersSql(records: string, columns: readonly string[], from: string, known: readonly string[]): string {
  const names = known.filter((name) => NAMES.test(name) && name !== from);
  const own = known.filter((name) => OWN.test(name) && name !== from);
  const [pieces, oneIn] = names.length === 0 && own.length === 1 ? [1, STRANGERS.oneInBySingle] : [2, STRANGERS.oneIn];
  const nameWords = `list_filter(${words(`concat_ws(' ', ${["''", ...names.map(ident)].join(', ')})`)}, lambda w: w <> '' AND NOT list_contains(${words(`${ident(from)}::VARCHAR`)}, w))`;
  const values = [
    ...columns.map((column, i) => `${ident(column)} AS v${i}`),
    `${nameWords} AS names`,
    ...own.map((name, i) => `${letters(ident(name))} AS o${i}`),
  ];
  const looked = [...columns.map((_, i) => `v${i}`), 'names', ...own.map((_, i) => `o${i}`)];
  const nexts = looked.map((name) => `lead(${name}) OVER near AS next_${name}`);
  const compared = own.map((_, i) => `(o${i} = next_o${i})`);
  const seen = ['least(2, len(names), len(next_names))', ...compared.map((one) => `(${one} IS NOT NULL)::INTEGER`)];
  const alike = ['list_has_any(names, next_names)', ...compared].map((one) => `coalesce(${one}, false)`);
  const counts = columns.flatMap((_, i) => {
    const both = `v${i} IS NOT NULL AND next_v${i} IS NOT NULL`;
    return [
      `count(*) FILTER (${both}) AS pairs_${i}`,
      `count(*) FILTER (are_two AND ${both}) AS strangers_${i}`,
      `count(*) FILTER (are_two AND v${i} = next_v${i}) AS same_${i}`,
    ];
  });
  const filled = columns.map((column) => `${ident(column)} IS NOT NULL`).join(' OR ');
  return `SELECT ${oneIn} AS one_in, ${counts.join(', ')} FROM (
  SELECT *, ${seen.join(' + ')} >= ${pieces} AND NOT (${alike.join(' OR ')}) AS are_two FROM (
    SELECT *, ${nexts.join(', ')} FROM (
      SELECT ${values.join(', ')}, ${ident(from)} AS shared, hash(${[...columns, ...known].map(ident).join(', ')}) AS place FROM ${records}
      WHERE ${ident(from)} IS NOT NULL AND (${filled})
    ) WINDOW near AS (PARTITION BY shared ORDER BY place)
  ) WHERE next_names IS NOT NULL
)`;
}

/** What two records share of a column by chance; it is taken off (Cohen's kappa). */
const chanceSql = (records: string, column: string) =>
  `SELECT sum(n * n) / sum(n) ** 2 AS chance FROM (SELECT count(*) AS n FROM ${records} WHERE ${ident(column)} IS NOT NULL GROUP BY ${ident(column)})`;

/** Whether two columns are equal in the same records, as a value and its hash are, and the one is never there without the other. */
const oneToOneSql = (records: string, column: string, from: string) =>
  `SELECT count(*) FILTER (n > 1) >= ${REPEATED_VALUES} AND count(*) = count(DISTINCT v) AND count(*) = count(DISTINCT k) AND bool_and(k IS NOT NULL) AS one_to_one
FROM (SELECT ${ident(column)} AS v, ${letters(ident(from))} AS k, count(*) AS n FROM ${records} WHERE ${ident(column)} IS NOT NULL GROUP BY ALL)`;
