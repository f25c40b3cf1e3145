import { ident, text } from '../../sql/quote.ts';
import { numberOf, REFINEMENTS, type Rule } from '../blocking/rule.ts';
import { SHARED } from '../cleaning/bad-values.ts';
import { drawing } from '../comparisons/matching.ts';
import type { Shape } from '../records/shape.ts';
import { countedColumns } from '../records/values.ts';
import { bucketSql, depths } from './key-chains.ts';

/*
 * What the engine of the tables does in a distributed run, in Trino SQL that names its tables `stitch.spread_…`. It counts and
 * joins; what a value means is decided in TypeScript alone.
 */

/** First letters of a key by which records may be gathered before they are numbered. */
export const headLengths = [1, 2, 3, 4, 6, 8, 12, 16, 24];

/** For each of these lengths, the records of the largest head. */
export const headSizesSql = (records: string): string =>
  headLengths
    .map(
      (letters) =>
        `SELECT ${letters} AS letters, MAX(n) AS records FROM (SELECT COUNT(*) AS n FROM (${records}) t GROUP BY datasource, SUBSTR(pk, 1, ${letters})) h`,
    )
    .join('\nUNION ALL\n');

/**
 * Records numbered by source and key: heads of keys in their order, and within each its own, so that no machine sorts all.
 * Which length is taken decides nothing but how many do.
 */
export const numberedSql = (records: string, columns: readonly string[], letters: number): string => `WITH tagged AS (
${records}
), heads AS (
  SELECT datasource, SUBSTR(pk, 1, ${letters}) AS head, COUNT(*) AS n FROM tagged GROUP BY datasource, SUBSTR(pk, 1, ${letters})
), starts AS (
  SELECT datasource, head, CAST(SUM(n) OVER (ORDER BY datasource, head ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS bigint) - n AS start FROM heads
)
SELECT s.start + ROW_NUMBER() OVER (PARTITION BY t.datasource, s.head ORDER BY t.pk) - 1 AS rid, t.datasource, t.pk${columns
  .map((column) => `, CAST(t.${ident(column)} AS varchar) AS ${ident(column)}`)
  .join('')}
FROM tagged t JOIN starts s ON s.datasource = t.datasource AND s.head = SUBSTR(t.pk, 1, ${letters})`;

/** How many records have a value in each column. */
export const filledSql = (columns: readonly string[]): string =>
  columns
    .map((column) => `SELECT ${text(column)} AS name, COUNT(${ident(column)}) AS n FROM stitch.spread_tagged`)
    .join('\nUNION ALL\n');

/** Values that more people share than one has records; `sharedValues` says the same of records in memory. */
export function sharedSql(): string {
  const values = { email: 'email', phone: 'phone', address: `CONCAT_WS('|', address, city, state)` };
  return SHARED.map(
    ({ column, proxy, limit }) =>
      `SELECT ${text(column)} AS semantic, value, COUNT(*) AS num_values, COUNT(DISTINCT proxy) AS num_proxy
FROM (SELECT ${values[column]} AS value, ${proxy} AS proxy FROM stitch.spread_standard WHERE ${column} IS NOT NULL) v
GROUP BY value HAVING COUNT(*) > ${limit} AND COUNT(DISTINCT proxy) > ${limit}`,
  ).join('\nUNION ALL\n');
}

/** Profiles that one worker of the engine numbers. */
const A_RANGE = 1_000_000;

/**
 * Trivial duplicates: records of one content are one profile, named by the first; its place is its number among all profiles,
 * counted range by range as records are.
 */
export const profileSql = `WITH p AS (
  SELECT MIN(rid) AS profile FROM stitch.spread_clean GROUP BY content
), ranges AS (
  SELECT profile / ${A_RANGE} AS range_number, COUNT(*) AS n FROM p GROUP BY profile / ${A_RANGE}
), starts AS (
  SELECT range_number, CAST(SUM(n) OVER (ORDER BY range_number ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS bigint) - n AS start FROM ranges
)
SELECT p.profile, s.start + ROW_NUMBER() OVER (PARTITION BY s.range_number ORDER BY p.profile) - 1 AS place
FROM p JOIN starts s ON s.range_number = p.profile / ${A_RANGE}`;

const keyColumns = depths.map((depth) => `k.k${depth}`).join(', ');
const ofProfiles = 'stitch.spread_keys k JOIN stitch.spread_profile p ON p.profile = k.rid';

/** Profiles that have a key below a limit. Keys are signed: the upper half of them is negative. */
export const sampleSql = (limit: number): string =>
  `SELECT DISTINCT k.rid AS profile FROM ${ofProfiles}${limit >= 2 ** 32 ? '' : ` WHERE k.k0 >= 0 AND k.k0 < ${limit}`}`;

/** The keys of all profiles that share one with a profile of the sample. */
export const poolSql = `SELECT k.rid AS profile, k.rule, ${keyColumns}
FROM ${ofProfiles} JOIN (
  SELECT DISTINCT o.rule, o.k0 FROM stitch.spread_keys o JOIN stitch.spread_sample s ON s.profile = o.rid
) w ON w.rule = k.rule AND w.k0 = k.k0`;

const withTexts = (columns: readonly string[]): string => columns.map((column) => `, c.${ident(column)}`).join('');

/** The profiles of the sample, with what is compared of them. */
export const sampledSql = (columns: readonly string[]): string =>
  `SELECT c.rid${withTexts(columns)} FROM stitch.spread_clean c JOIN stitch.spread_sample s ON s.profile = c.rid`;

/** The same of the pairs that are drawn from so many profiles (`drawnPairs`), with their places. */
export function drawnSql(columns: readonly string[], size: number): string {
  const { every, steps } = drawing(size);
  const others = steps.map((step) => `MOD(MOD(p.place - ${step} + ${size}, ${size}), ${every}) = 0`);
  return `SELECT c.rid, p.place${withTexts(columns)} FROM stitch.spread_clean c JOIN stitch.spread_profile p ON p.profile = c.rid
WHERE ${[`MOD(p.place, ${every}) = 0`, ...others].join(' OR ')}`;
}

/** The keys of profiles under the rules of the run, by their places there. */
export function entrySql(rules: readonly Rule[]): string {
  const places = rules.map((rule, place) => `WHEN ${numberOf(rule, place)} THEN ${place}`);
  return `SELECT k.rid AS profile, CAST(CASE k.rule ${places.join(' ')} END AS bigint) AS rule, ${keyColumns}
FROM ${ofProfiles} WHERE k.rule IN (${rules.map(numberOf).join(', ')})`;
}

/** How many blocks of each size a rule makes. */
export const sizesSql = (most: number): string => `SELECT rule, n, COUNT(*) AS blocks FROM (
  SELECT rule, k0, COUNT(*) AS n FROM stitch.spread_entry GROUP BY rule, k0
) b WHERE n > 1 AND n <= ${most} GROUP BY rule, n`;

/** Tables of keys, and of those of them that are oversized, by how often they were refined: of a sample, and of the run. */
export const blocked = {
  sample: { keys: 'pool', large: 'sought' },
  run: { keys: 'entry', large: 'large' },
} as const;
type Blocked = (typeof blocked)[keyof typeof blocked];

/** The blocks that are oversized when they have been refined so many times; of those that were so before. */
export function largeSql(depth: number, caps: readonly number[], { keys, large }: Blocked): string {
  const cap = `CASE e.rule ${caps.map((most, rule) => `WHEN ${rule} THEN ${most}`).join(' ')} ELSE 0 END`;
  const before = depths.slice(0, depth).map((d) => joined('JOIN', d, large));
  return `SELECT e.rule, e.k${depth} AS key, COUNT(*) AS n FROM stitch.spread_${keys} e ${before.join(' ')}
GROUP BY e.rule, e.k${depth} HAVING COUNT(*) > ${cap}`;
}

const joined = (how: string, depth: number, large: string): string =>
  `${how} stitch.spread_${large}_${depth} l${depth} ON l${depth}.rule = e.rule AND l${depth}.key = e.k${depth}`;

/** All of them, as a model freezes them. */
export const oversizedSql = ({ large }: Blocked): string =>
  depths
    .map((depth) => `SELECT ${depth} AS depth, rule, key, n FROM stitch.spread_${large}_${depth}`)
    .join('\nUNION ALL\n');

/** The blocking join: under which key each profile stands at last, where another one does. */
export const memberSql = `WITH settled AS (
  SELECT e.profile, e.rule, CASE ${depths
    .map((depth) => `WHEN l${depth}.key IS NULL THEN e.k${depth}`)
    .join(' ')} END AS key
  FROM stitch.spread_entry e ${depths.map((depth) => joined('LEFT JOIN', depth, blocked.run.large)).join('\n  ')}
), blocks AS (
  SELECT rule, key, COUNT(*) AS n FROM settled WHERE key IS NOT NULL GROUP BY rule, key HAVING COUNT(*) > 1
)
SELECT s.profile, s.rule, s.key, b.n FROM settled s JOIN blocks b ON b.rule = s.rule AND b.key = s.key`;

/** Keys of each rule, the pairs that meet under them, the profiles of the largest, and the keys that stayed oversized. */
export const blockingSql = `SELECT m.rule, m.keys, m.pairs, m.largest, COALESCE(l.cut, 0) AS cut FROM (
  SELECT rule, COUNT(*) AS keys, CAST(SUM(n * (n - 1) / 2) AS bigint) AS pairs, MAX(n) AS largest FROM (
    SELECT rule, key, COUNT(*) AS n FROM stitch.spread_member GROUP BY rule, key
  ) b GROUP BY rule
) m LEFT JOIN (SELECT rule, COUNT(*) AS cut FROM stitch.spread_large_${REFINEMENTS} GROUP BY rule) l ON l.rule = m.rule`;

/** Profiles with what is compared of them, once in each bucket in which a block of theirs is. */
export const bucketsSql = (
  columns: readonly string[],
  buckets: number,
): string => `SELECT b.bucket, c.rid${withTexts(columns)}
FROM (SELECT DISTINCT CAST(${bucketSql('key', buckets)} AS bigint) AS bucket, profile FROM stitch.spread_member) b
JOIN stitch.spread_clean c ON c.rid = b.profile`;

/** What stands for columns that are made of others (`profilesOf`). */
const MADE: Record<string, string> = {
  dob: 'c.birthdate',
  place: `CASE WHEN c.street IS NOT NULL THEN c.street || '|' || COALESCE(c.postal, c.city) END`,
};

/** How many profiles hold each value of the columns that count by it. */
export const holdersSql = (shape: Shape, there: readonly string[]): string =>
  countedColumns(shape)
    .filter((column) => MADE[column] !== undefined || there.includes(column))
    .map(
      (column) => `SELECT ${text(column)} AS semantic, value, COUNT(*) AS n FROM (
  SELECT ${MADE[column] ?? `c.${ident(column)}`} AS value FROM stitch.spread_clean c JOIN stitch.spread_profile p ON p.profile = c.rid
) v WHERE value IS NOT NULL GROUP BY value`,
    )
    .join('\nUNION ALL\n');

/** How many values so many profiles hold. */
export const holderSizesSql = 'SELECT semantic, n, COUNT(*) AS held FROM stitch.spread_holders GROUP BY semantic, n';

/** The values that four profiles or more hold. */
export const commonSql = 'SELECT semantic, value, n FROM stitch.spread_holders WHERE n >= 4';
