import type { StitchTable } from '../contracts/stitch.ts';
import { ident } from '../sql/quote.ts';
import { flagged } from './cleaning/bad-values.ts';
import { clusterChangesSql, expiredSql, ledgerSql, type RunStamp, recordChangesSql } from './ids/changes.ts';
import { hundredths } from './model/decide.ts';
import { listColumns, profileColumns, type Shape } from './records/shape.ts';

/** Pairs that were not accepted are kept from this score on, in hundredths: below, the odds of one person are less than one to five hundred. */
export const NEAR = 150;

export const CATEGORY = `CASE score // 100 WHEN 5 THEN 'exact' WHEN 4 THEN 'excellent' WHEN 3 THEN 'high' WHEN 2 THEN 'moderate' WHEN 1 THEN 'weak' ELSE 'non-match' END`;

const assignments = `SELECT p.datasource, p.pk, p.amp_id, p.component_id, p.supersized_id, p.supersized_id IS NOT NULL AS is_supersized,
  rep.datasource AS rep_ds, rep.pk AS rep_pk,
  ${flagged.map((column) => `f.blv_${column}`).join(' OR ')} AS has_blv, ${flagged.map((column) => `f.blv_${column}`).join(', ')}
FROM person p JOIN flags f USING (rid) JOIN record rep ON rep.rid = p.profile`;

/** The columns of `unified_preprocessed_raw` that reference §3.16 names; it holds all others that matching reads besides. */
const named = [
  'given_name',
  'surname',
  'generational_suffix',
  'email',
  'phone',
  'address',
  'po_box',
  'city',
  'state',
  'postal',
  'birthdate',
  'gender',
];

/** A column that no record has a value in; of several addresses there are lists. */
const noneOf = (column: string) =>
  `NULL::${listColumns.includes(column) ? 'VARCHAR[]' : 'VARCHAR'} AS ${ident(column)}`;

function preprocessed(shape: Shape): string {
  const known = new Set(profileColumns(shape));
  const rest = shape.published.filter((column) => !named.includes(column));
  const columns = [...named, ...rest].map((column) => (known.has(column) ? `c.${ident(column)}` : noneOf(column)));
  return `SELECT p.amp_id, p.datasource, p.pk, p.number AS int_id, p.component_id, p.supersized_id,
  coalesce(n.canonical, c.given_name) AS sk_given_name, c.generational_suffix AS sk_generational_suffix, left(split_part(c.email, '@', 1), 5) AS login_trimmed, c.sound,
  ${columns.join(', ')}
FROM person p JOIN clean c USING (rid) LEFT JOIN nickname n ON n.name = c.given_name`;
}

/** Pairs of one person that were accepted, and records that are trivial duplicates of another. */
const unifiedScores = (
  threshold: number,
) => `SELECT amp_id, source1, pk1, source2, pk2, score / 100.0::DOUBLE AS score, ${CATEGORY} AS match_category, match_type FROM (
  SELECT a.amp_id, a.datasource AS source1, a.pk AS pk1, b.datasource AS source2, b.pk AS pk2, e.score, e.match_type
  FROM scored e JOIN person a ON a.rid = e.a JOIN person b ON b.rid = e.b WHERE e.score >= ${threshold} AND a.cluster = b.cluster
  UNION ALL
  SELECT a.amp_id, rep.datasource, rep.pk, a.datasource, a.pk, 500, 'trivial_duplicate'
  FROM person a JOIN person rep ON rep.rid = a.profile WHERE a.rid <> a.profile AND a.cluster = rep.cluster
)`;

/** Every accepted pair, and those that were nearly. */
const stitchScores = (
  threshold: number,
) => `SELECT a.amp_id AS amp_id1, b.amp_id AS amp_id2, a.datasource AS source1, a.pk AS pk1, b.datasource AS source2, b.pk AS pk2,
  s.score / 100.0::DOUBLE AS score, ${CATEGORY.replaceAll('score', 's.score')} AS match_category, s.match_type
FROM scored s JOIN person a ON a.rid = s.a JOIN person b ON b.rid = s.b
WHERE s.score >= ${threshold} OR (s.score >= ${NEAR} AND s.match_type = 'scored')`;

const badValues = `SELECT b.datasource, b.semantic, b.value, n.num_values, n.num_proxy, b.datasource AS domain_table, true AS is_preprocessed
FROM (SELECT semantic, datasource, value FROM bad_list UNION ALL SELECT semantic, '*', value FROM bad_auto) b
LEFT JOIN (SELECT semantic, value, max(num_values) AS num_values, max(num_proxy) AS num_proxy FROM bad_auto GROUP BY ALL) n USING (semantic, value)
ORDER BY semantic, value, datasource`;

/** The records that a bad value was taken from, a row each. */
const blocklistValues = `SELECT '*' AS datasource, r.datasource AS domain_table, v.semantic, v.value, n.num_values, n.num_proxy, r.pk
FROM removed v JOIN record r USING (rid) LEFT JOIN bad_auto n ON n.semantic = v.semantic AND n.value = v.value
ORDER BY domain_table, pk, v.semantic`;

/** What earlier runs told, and what this one tells of ids. */
export interface History {
  /** Relations of the last run: changes of records, and events of ids. */
  changes?: string | undefined;
  events?: string | undefined;
  /** The query of this run's events. */
  newEvents: string;
}

/** The query behind each published table. */
export function outputSql(
  shape: Shape,
  threshold: number,
  stamp: RunStamp,
  { changes, events, newEvents }: History,
): Record<StitchTable, string> {
  return {
    assignments,
    unified_preprocessed_raw: preprocessed(shape),
    unified_scores: unifiedScores(hundredths(threshold)),
    stitch_scores: stitchScores(hundredths(threshold)),
    stitch_blocklist_values: blocklistValues,
    stitch_bad_values: badValues,
    unified_changes_clusters: clusterChangesSql(stamp),
    unified_changes_pks: changes
      ? `SELECT * FROM ${changes} WHERE NOT (${expiredSql(stamp)}) UNION ALL ${recordChangesSql(stamp)}`
      : recordChangesSql(stamp),
    id_ledger: ledgerSql(stamp),
    id_events: events ? `SELECT * FROM ${events} UNION ALL BY NAME ${newEvents}` : newEvents,
  };
}
