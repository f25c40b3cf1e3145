import type { StitchTable } from '../contracts/stitch.ts';
import { ident, text } from '../sql/quote.ts';
import type { Rule } from './blocking.ts';
import { clusterChangesSql, ledgerSql, type RunStamp, recordChangesSql } from './changes.ts';
import type { Shape } from './shape.ts';

/** Pairs below the threshold that are kept for a record, the strongest ones. */
const WEAK_PAIRS = 10;

const CATEGORY = `CASE score // 100 WHEN 5 THEN 'exact' WHEN 4 THEN 'excellent' WHEN 3 THEN 'high' WHEN 2 THEN 'moderate' WHEN 1 THEN 'weak' ELSE 'non-match' END`;
const blv = ['address', 'email', 'given_name', 'phone', 'surname'];
/** A number for a component that doesn't change when records elsewhere come and go. */
const componentId = (first: string) => `(md5_number_lower(${first}.datasource || chr(31) || ${first}.pk) >> 1)::BIGINT`;

const assignments = `SELECT p.datasource, p.pk, p.amp_id, ${componentId('h')} AS component_id,
  p.supersized::BIGINT AS supersized_id, p.supersized IS NOT NULL AS is_supersized, rep.datasource AS rep_ds, rep.pk AS rep_pk,
  ${blv.map((column) => `c.blv_${column}`).join(' OR ')} AS has_blv, ${blv.map((column) => `c.blv_${column}`).join(', ')}
FROM person p JOIN clean c USING (rid) JOIN record rep ON rep.rid = p.profile JOIN record h ON h.rid = p.component`;

function preprocessed(shape: Shape): string {
  const more = ['street', 'company', ...shape.foreignKeys, ...shape.separationKeys, ...shape.evidence];
  const rest = more.map((column) => `, c.${ident(column)}`).join('');
  return `SELECT p.amp_id, p.datasource, p.pk, p.rid::BIGINT AS int_id, ${componentId('h')} AS component_id, p.supersized::BIGINT AS supersized_id,
  c.given_name, c.surname, coalesce(n.canonical, c.given_name) AS sk_given_name, c.generational_suffix, c.generational_suffix AS sk_generational_suffix,
  c.email, left(split_part(c.email, '@', 1), 5) AS login_trimmed, c.phone, c.address, c.po_box, c.city, c.state, c.postal, c.birthdate, c.gender${rest}
FROM person p JOIN clean c USING (rid) JOIN record h ON h.rid = p.component LEFT JOIN nickname n ON n.name = c.given_name`;
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

/** Every accepted pair, and of each record's other pairs the strongest few. */
const stitchScores = (
  threshold: number,
) => `SELECT a.amp_id AS amp_id1, b.amp_id AS amp_id2, a.datasource AS source1, a.pk AS pk1, b.datasource AS source2, b.pk AS pk2,
  s.score / 100.0::DOUBLE AS score, ${CATEGORY.replaceAll('score', 's.score')} AS match_category, s.match_type
FROM (
  SELECT a, b, score, match_type FROM scored WHERE score >= ${threshold}
  UNION ALL
  SELECT a, unnest(strongest).b, unnest(strongest).score, 'scored' FROM (
    SELECT a, max({score: score, b: b}, ${WEAK_PAIRS}) AS strongest FROM scored WHERE score >= 100 AND score < ${threshold} AND match_type = 'scored' GROUP BY a
  )
) s JOIN person a ON a.rid = s.a JOIN person b ON b.rid = s.b`;

const badValues = `SELECT b.datasource, b.semantic, b.value, n.num_values, n.num_proxy, b.datasource AS domain_table, true AS is_preprocessed
FROM (SELECT semantic, datasource, value FROM bad_list UNION ALL SELECT semantic, '*', value FROM bad_auto) b
LEFT JOIN (SELECT semantic, value, max(num_values) AS num_values, max(num_proxy) AS num_proxy FROM bad_auto GROUP BY ALL) n USING (semantic, value)
ORDER BY semantic, value, datasource`;

/** The records that a bad value was taken from, a row each. */
function blocklistValues(): string {
  const arms = blv.map(
    (
      column,
    ) => `SELECT '*' AS datasource, r.datasource AS domain_table, ${text(column)} AS semantic, s.${column} AS value, n.num_values, n.num_proxy, r.pk
FROM clean c JOIN standard s USING (rid) JOIN record r USING (rid) LEFT JOIN bad_auto n ON n.semantic = ${text(column)} AND n.value = s.${column} WHERE c.blv_${column}`,
  );
  return `SELECT * FROM (${arms.join(' UNION ALL ')}) ORDER BY domain_table, pk, semantic`;
}

/** The keys that records met under, as people read them. */
function blockingKeys(rules: readonly Rule[]): string {
  const arms = rules.map(
    (
      rule,
      i,
    ) => `SELECT concat_ws(':', ${rule.parts.join(', ')}) AS bk, r.datasource, r.pk, ${text(rule.name)} AS strategy
FROM (SELECT DISTINCT id FROM meeting WHERE rule = ${i}) m JOIN profile p ON p.id = m.id JOIN record r ON r.rid = m.id`,
  );
  return arms.join(' UNION ALL ');
}

/** The query behind each published table. */
export function outputSql(
  shape: Shape,
  rules: readonly Rule[],
  threshold: number,
  stamp: RunStamp,
  previous: string | undefined,
): Record<StitchTable, string> {
  return {
    assignments,
    unified_preprocessed_raw: preprocessed(shape),
    unified_scores: unifiedScores(Math.round(threshold * 100)),
    stitch_scores: stitchScores(Math.round(threshold * 100)),
    stitch_blocklist_values: blocklistValues(),
    stitch_bad_values: badValues,
    stitch_blocking_keys: blockingKeys(rules),
    unified_changes_clusters: clusterChangesSql(stamp),
    unified_changes_pks: recordChangesSql(stamp, previous),
    id_ledger: ledgerSql(stamp),
  };
}
