import type { ReviewSample } from '../../contracts/stitch-quality.ts';
import { text } from '../../sql/quote.ts';

/** Pairs of records of which the model thinks alike, and that Stitch treats alike. */
interface Stratum {
  name: string;
  joined: boolean;
  /** What its pairs are, for people. */
  holds: string;
  /** SQL over `joined` and `score` in hundredths, NULL where a pair was never compared; the first that is true counts. */
  when: string;
}

/**
 * Bands of the score, apart for pairs that have one id and those that have two. Below 3 the decimals of a score rank by
 * weight: .85 stands for odds of about one to sixteen, .70 for one to 250 (`decide.ts`).
 */
export const strata: readonly Stratum[] = [
  ['joined-exact', 'one id; the pair scores 5.00', 'joined AND score >= 500'],
  ['joined-excellent', 'one id; the pair scores 4.00 to 4.99', 'joined AND score >= 400'],
  ['joined-high', 'one id; the pair scores 3.50 to 3.99', 'joined AND score >= 350'],
  ['joined-barely', 'one id; the pair scores 3.00 to 3.49', 'joined AND score >= 300'],
  ['joined-below', 'one id by way of others; the pair scores less than 3', 'joined AND score < 300'],
  ['joined-unscored', 'one id by way of others; the pair scores next to nothing or never met', 'joined'],
  ['parted-accepted', 'two ids, though the pair scores 3.00 or more', 'score >= 300'],
  ['parted-nearly', 'two ids; the pair scores x.85 to x.99', 'MOD(score, 100) >= 85'],
  ['parted-unlikely', 'two ids; the pair scores x.70 to x.84', 'MOD(score, 100) >= 70'],
  ['parted-remote', 'two ids; the pair scores less than x.70', 'TRUE'],
].map(([name = '', holds = '', when = '']) => ({ name, joined: name.startsWith('joined'), holds, when }));

/** What the pairs of a stratum are. */
export const holdsOf = (name: string): string => strata.find((stratum) => stratum.name === name)?.holds ?? name;

/** Pairs of a stratum that can be asked about: more than anybody answers, and all of most small strata. */
const SAMPLED = 300;

/** People of more records are in no stratum: their pairs would be more than all others', and grow with the square. */
const MOST_RECORDS = 200;

/** Trivial duplicates count once: nobody needs to be asked whether equal records are equal. */
const records = `distinct_record AS (
  SELECT a.datasource, a.pk, a.amp_id FROM stitch.assignments a WHERE a.rep_ds = a.datasource AND a.rep_pk = a.pk
),
person AS (SELECT amp_id, COUNT(*) AS n FROM distinct_record GROUP BY amp_id)`;

const first = (s: string) => `${s}.source1 < ${s}.source2 OR (${s}.source1 = ${s}.source2 AND ${s}.pk1 < ${s}.pk2)`;
const ordered = (s: string) => `CASE WHEN ${first(s)} THEN ${s}.source1 ELSE ${s}.source2 END AS ds1,
    CASE WHEN ${first(s)} THEN ${s}.pk1 ELSE ${s}.pk2 END AS pk1,
    CASE WHEN ${first(s)} THEN ${s}.source2 ELSE ${s}.source1 END AS ds2,
    CASE WHEN ${first(s)} THEN ${s}.pk2 ELSE ${s}.pk1 END AS pk2`;

/**
 * The size of each stratum and its first pairs in the order of a hash of their keys. A pair keeps its number for good
 * (permanent random numbers, Ohlsson 1995), so that the samples of two runs share what the runs share, and its answers.
 */
export const reviewSampleSql = `WITH ${records},
scored AS (
  SELECT ${ordered('s')},
    s.amp_id1 = s.amp_id2 AS joined, CAST(ROUND(s.score * 100) AS INTEGER) AS score
  FROM stitch.stitch_scores s
),
together AS (
  SELECT l.datasource AS ds1, l.pk AS pk1, r.datasource AS ds2, r.pk AS pk2
  FROM person p JOIN distinct_record l ON l.amp_id = p.amp_id JOIN distinct_record r ON r.amp_id = p.amp_id
  WHERE p.n BETWEEN 2 AND ${MOST_RECORDS} AND (l.datasource < r.datasource OR (l.datasource = r.datasource AND l.pk < r.pk))
),
pair AS (
  SELECT t.ds1, t.pk1, t.ds2, t.pk2, TRUE AS joined, s.score FROM together t
  LEFT JOIN scored s ON s.ds1 = t.ds1 AND s.pk1 = t.pk1 AND s.ds2 = t.ds2 AND s.pk2 = t.pk2
  UNION ALL
  SELECT s.ds1, s.pk1, s.ds2, s.pk2, FALSE AS joined, s.score FROM scored s WHERE NOT s.joined
),
numbered AS (
  SELECT CASE ${strata.map(({ name, when }) => `WHEN ${when} THEN ${text(name)}`).join(' ')} END AS stratum,
    SUBSTR(LOWER(TO_HEX(MD5(TO_UTF8(CONCAT(ds1, '/', ds2, '/', CAST(LENGTH(pk1) AS VARCHAR), '/', pk1, '/', pk2))))), 1, 16) AS id,
    ds1, pk1, ds2, pk2, score FROM pair
),
sized AS (SELECT stratum, COUNT(*) AS pairs, ARRAY_MAX(MIN(id, ${SAMPLED})) AS last_id FROM numbered GROUP BY stratum),
placed AS (
  SELECT n.stratum, n.id, n.ds1, n.pk1, n.ds2, n.pk2, n.score, s.pairs,
    ROW_NUMBER() OVER (PARTITION BY n.stratum ORDER BY n.id, n.ds1, n.pk1, n.ds2, n.pk2) AS place
  FROM numbered n JOIN sized s ON s.stratum = n.stratum AND n.id <= s.last_id
)
SELECT stratum, pairs, id, ds1, pk1, ds2, pk2, score FROM placed WHERE place <= ${SAMPLED} ORDER BY stratum, place`;

/** Rows of `reviewSampleSql` at the most. */
export const reviewSampleRows: number = SAMPLED * strata.length;

/** How many people have too many records, and pairs of them. */
export const leftOutSql = `WITH ${records}
SELECT COUNT(*) AS people, SUM(p.n * (p.n - 1) / 2) AS pairs FROM person p WHERE p.n > ${MOST_RECORDS}`;

/** Rows of `reviewSampleSql` as strata; the empty ones have no rows. */
export function strataOf(rows: readonly (readonly unknown[])[]): ReviewSample['strata'] {
  return strata.map(({ name, joined }) => {
    const own = rows.filter(([stratum]) => stratum === name);
    const sample = own.map(([, , id, ds1, pk1, ds2, pk2, score]) => ({
      id: String(id),
      one: { datasource: String(ds1), pk: String(pk1) },
      other: { datasource: String(ds2), pk: String(pk2) },
      score: score === null ? null : Number(score) / 100,
    }));
    return { name, joined, pairs: Number(own[0]?.[1] ?? 0), sample };
  });
}
