import { ident, text } from '../../sql/quote.ts';
import { SHARED } from '../bad-values.ts';
import { REFINEMENTS } from '../blocks.ts';
import type { Shape } from '../shape.ts';
import { countedColumns } from '../values.ts';
import { bucketSql } from './key-chains.ts';

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

/** Trivial duplicates: records of one content are one profile, named by the first. */
export const profileSql = 'SELECT MIN(rid) AS profile, COUNT(*) AS records FROM stitch.spread_clean GROUP BY content';

/** The keys of profiles. */
export const entrySql = `SELECT k.rid AS profile, k.rule, ${depths()
  .map((depth) => `k.k${depth}`)
  .join(', ')}
FROM stitch.spread_keys k JOIN stitch.spread_profile p ON p.profile = k.rid`;

/** How many blocks of each size a rule makes. */
export const sizesSql = (most: number): string => `SELECT rule, n, COUNT(*) AS blocks FROM (
  SELECT rule, k0, COUNT(*) AS n FROM stitch.spread_entry GROUP BY rule, k0
) b WHERE n > 1 AND n <= ${most} GROUP BY rule, n`;

/** The blocks that are oversized when they have been refined so many times; of those that were so before. */
export function largeSql(depth: number, caps: readonly number[]): string {
  const cap = `CASE e.rule ${caps.map((most, rule) => `WHEN ${rule} THEN ${most}`).join(' ')} ELSE 0 END`;
  const before = Array.from({ length: depth }, (_, d) => joined('JOIN', d));
  return `SELECT e.rule, e.k${depth} AS key, COUNT(*) AS n FROM stitch.spread_entry e ${before.join(' ')}
GROUP BY e.rule, e.k${depth} HAVING COUNT(*) > ${cap}`;
}

function depths(): number[] {
  return Array.from({ length: REFINEMENTS + 1 }, (_, depth) => depth);
}

const joined = (how: string, depth: number): string =>
  `${how} stitch.spread_large_${depth} l${depth} ON l${depth}.rule = e.rule AND l${depth}.key = e.k${depth}`;

/** All of them, as the model freezes them. */
export const oversizedSql = depths()
  .map((depth) => `SELECT ${depth} AS depth, rule, key, n FROM stitch.spread_large_${depth}`)
  .join('\nUNION ALL\n');

/** The blocking join: under which key each profile stands at last, where another one does. */
export const memberSql = `WITH settled AS (
  SELECT e.profile, e.rule, CASE ${depths()
    .map((depth) => `WHEN l${depth}.key IS NULL THEN e.k${depth}`)
    .join(' ')} END AS key
  FROM stitch.spread_entry e ${depths()
    .map((depth) => joined('LEFT JOIN', depth))
    .join('\n  ')}
), blocks AS (
  SELECT rule, key, COUNT(*) AS n FROM settled WHERE key IS NOT NULL GROUP BY rule, key HAVING COUNT(*) > 1
)
SELECT s.profile, s.rule, s.key, b.n FROM settled s JOIN blocks b ON b.rule = s.rule AND b.key = s.key`;

/** Keys of each rule, the pairs that meet under them, and the keys that stayed oversized. */
export const blockingSql = `SELECT m.rule, m.keys, m.pairs, COALESCE(l.cut, 0) AS cut FROM (
  SELECT rule, COUNT(*) AS keys, CAST(SUM(n * (n - 1) / 2) AS bigint) AS pairs FROM (
    SELECT rule, key, COUNT(*) AS n FROM stitch.spread_member GROUP BY rule, key
  ) b GROUP BY rule
) m LEFT JOIN (SELECT rule, COUNT(*) AS cut FROM stitch.spread_large_${REFINEMENTS} GROUP BY rule) l ON l.rule = m.rule`;

/** Profiles with what is compared of them, once in each bucket in which a block of theirs is. */
export const bucketsSql = (columns: readonly string[], buckets: number): string => `SELECT b.bucket, c.rid${columns
  .map((column) => `, c.${ident(column)}`)
  .join('')}
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
