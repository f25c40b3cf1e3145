import type { StitchTable } from '../../contracts/stitch.ts';
import { expiredSql, ledgerChangesSql, type RunStamp, recordChangesSql } from '../ids/changes.ts';
import { CATEGORY, NEAR } from '../outputs.ts';

/** What a run over changes does to one published table: rows that it has now, and keys of those that don't count any more. */
export interface Renewal {
  rows: string;
  gone: string;
}

/**
 * Tables `now` (the touched people's assignments), `altered`: the records of which anything published may differ; and
 * `outgoing`: the published scores that speak of them.
 */
export const alteredSql = (assignments: string, scores: string) => [
  `CREATE TABLE now AS ${assignments}`,
  `CREATE TABLE altered AS SELECT datasource, pk FROM probe.record
UNION SELECT datasource, pk FROM (FROM now EXCEPT FROM last) UNION SELECT datasource, pk FROM (FROM last EXCEPT FROM now)`,
  `CREATE TABLE outgoing AS SELECT s.*, l.pk IS NOT NULL AS first_altered, r.pk IS NOT NULL AS second_altered FROM ${scores} s
LEFT JOIN altered l ON l.datasource = s.source1 AND l.pk = s.pk1 LEFT JOIN altered r ON r.datasource = s.source2 AND r.pk = s.pk2
WHERE l.pk IS NOT NULL OR r.pk IS NOT NULL`,
];

/**
 * Renewals by table. `queries` give the tables of the touched people; `changes` is the relation of earlier changes of records,
 * `newEvents` the query of what became of ids.
 */
export function renewals(
  queries: Record<StitchTable, string>,
  { changes, newEvents }: { changes: string; newEvents: string },
  stamp: RunStamp,
): Partial<Record<StitchTable, Renewal>> {
  const ofAltered = (rows: string) => `FROM (${rows}) SEMI JOIN altered USING (datasource, pk)`;
  const ids = ['last', 'now']
    .map((table) => `SELECT amp_id FROM ${table} SEMI JOIN altered USING (datasource, pk)`)
    .join(' UNION ');
  const gone = 'SELECT datasource, pk FROM last SEMI JOIN altered USING (datasource, pk)';
  return {
    assignments: { rows: ofAltered('FROM now'), gone },
    unified_preprocessed_raw: { rows: ofAltered(queries.unified_preprocessed_raw), gone },
    stitch_blocklist_values: {
      rows: queries.stitch_blocklist_values,
      gone: 'SELECT datasource AS domain_table, pk FROM probe.before',
    },
    unified_scores: {
      rows: `FROM (${queries.unified_scores}) SEMI JOIN (${ids}) USING (amp_id)`,
      gone: ids,
    },
    stitch_scores: {
      rows: scoresSql(queries.stitch_scores),
      gone: 'SELECT source1, pk1, source2, pk2 FROM outgoing',
    },
    unified_changes_pks: {
      rows: recordChangesSql(stamp),
      gone: `SELECT DISTINCT job_id FROM ${changes} WHERE ${expiredSql(stamp)}`,
    },
    id_ledger: { rows: ledgerChangesSql(stamp), gone: 'SELECT amp_id FROM fate UNION ALL FROM restored' },
    id_events: { rows: newEvents, gone: "SELECT '' AS job_id WHERE false" },
  };
}

/**
 * Scores of altered records: with each other and the people touched; of changed profiles with others, as the probe found
 * them; and of profiles that stay as they were with others, whose rows only get another id or representative.
 */
function scoresSql(near: string): string {
  const side = (n: 1 | 2) => `(q.source${n}, q.pk${n}) IN (SELECT (datasource, pk) FROM altered)`;
  const probed = `SELECT p.amp_id, p.datasource, p.pk, k.amp_id AS other_id, k.datasource AS other_ds, k.pk AS other_pk, s.score / 100.0::DOUBLE AS score
FROM (SELECT least(a, b) AS changed, greatest(a, b) AS known, score FROM probe.scored WHERE score >= ${NEAR}) s
JOIN (FROM probe.known ANTI JOIN probe.touched USING (component_id)) k ON k.id = s.known
JOIN probe.content c ON c.profile = s.changed
JOIN content n ON n.content_hash = c.content_hash AND n.words = c.words
JOIN (FROM person SEMI JOIN altered USING (datasource, pk)) p ON p.rid = n.profile`;
  const arms = [
    ['source1', 'pk1', 'amp_id2', 'source2', 'pk2', 'first_altered AND NOT second_altered'],
    ['source2', 'pk2', 'amp_id1', 'source1', 'pk1', 'second_altered AND NOT first_altered'],
  ].map(
    ([
      ds,
      pk,
      id,
      otherDs,
      otherPk,
      when,
    ]) => `SELECT p.amp_id, p.datasource, p.pk, o.${id}, o.${otherDs}, o.${otherPk}, o.score
FROM outgoing o JOIN stays s ON s.datasource = o.${ds} AND s.pk = o.${pk} JOIN person p ON p.rid = s.profile
ANTI JOIN last l ON l.datasource = o.${otherDs} AND l.pk = o.${otherPk} WHERE ${when}`,
  );
  return `WITH stays AS MATERIALIZED (
  SELECT s.datasource, s.pk, s.profile FROM (
    SELECT r.datasource, r.pk, m.profile FROM record r JOIN member m USING (rid) ANTI JOIN changed USING (rid)
    UNION ALL SELECT b.datasource, b.pk, c.profile FROM probe.before b JOIN content c USING (content_hash, words)
  ) s JOIN content c USING (profile) ANTI JOIN probe.content USING (content_hash, words)
), across AS (${[probed, ...arms].join('\nUNION ALL\n')}), turned AS (SELECT *, (datasource, pk) < (other_ds, other_pk) AS first FROM across)
FROM (${near}) q WHERE ${side(1)} OR ${side(2)}
UNION ALL SELECT CASE WHEN first THEN amp_id ELSE other_id END, CASE WHEN first THEN other_id ELSE amp_id END,
  CASE WHEN first THEN datasource ELSE other_ds END, CASE WHEN first THEN pk ELSE other_pk END,
  CASE WHEN first THEN other_ds ELSE datasource END, CASE WHEN first THEN other_pk ELSE pk END,
  score, ${CATEGORY.replaceAll('score', '(score * 100)::INTEGER')}, 'scored' FROM turned`;
}
