import { text, timestamp } from '../../sql/quote.ts';
import { contentHash } from '../records/duplicates.ts';
import { labelDifference, labelRows, type RecordLabel } from '../records/labels.ts';
import type { RunStamp } from './changes.ts';

/*
 * What became of ids in a run, each with its cause. Read after `moved`, `fate` and `restored` are made, and while `clean` holds
 * the records as they are now.
 */

/** What a run may have done to ids beside what its records did. */
export interface EventCauses {
  labelsBefore: readonly RecordLabel[];
  labels: readonly RecordLabel[];
  /** Why ids changed where no record of theirs did. */
  otherwise: 'new model' | 'new settings' | 'changed neighbours';
}

/**
 * Tables `differing`: records of people whose ids changed that say something else than in `before`, the relation of the last
 * run's preprocessed records; `columns` are those that both have. And `stirred`: by id, the records that may be why something
 * became of it, the likeliest first by `rank`.
 */
export function stirredSql(before: string, columns: readonly string[], causes: EventCauses): string[] {
  const said = labelRows({ labels: labelDifference(causes.labelsBefore, causes.labels) });
  const concerned = 'SELECT amp_id FROM moved UNION SELECT amp_id_prev FROM moved';
  return [
    `CREATE TABLE concerned AS SELECT DISTINCT datasource, pk FROM (
  SELECT datasource, pk, amp_id FROM person UNION ALL SELECT datasource, pk, amp_id FROM previous
) WHERE amp_id IN (${concerned})`,
    `CREATE TABLE differing AS SELECT datasource, pk FROM (
  SELECT datasource, pk, ${contentHash(columns)} FROM (SELECT * FROM ${before} SEMI JOIN concerned USING (datasource, pk))
) o JOIN record r USING (datasource, pk) JOIN (
  SELECT rid, ${contentHash(columns)} FROM clean WHERE rid IN (SELECT rid FROM record SEMI JOIN concerned USING (datasource, pk))
) n USING (rid) WHERE n.content_hash <> o.content_hash`,
    `CREATE TABLE stirred AS SELECT i.amp_id, s.* FROM (
  SELECT datasource, pk, 1 AS rank, label AS cause FROM ${said}
  UNION ALL SELECT datasource, pk, 2, 'new records' FROM moved WHERE amp_id_prev IS NULL
  UNION ALL SELECT datasource, pk, 3, 'changed records' FROM differing
  UNION ALL SELECT datasource, pk, 4, 'deleted records' FROM moved WHERE amp_id IS NULL
) s JOIN (SELECT datasource, pk, amp_id FROM person UNION SELECT datasource, pk, amp_id FROM previous) i USING (datasource, pk)`,
  ];
}

/** Ids that were given, given back or taken away, with the id that they came from or went to. */
const became = `SELECT i.amp_id, CASE WHEN s.amp_id IS NOT NULL THEN 'restored' WHEN o.amp_id IS NULL THEN 'created' ELSE 'split' END AS event, o.amp_id AS other_id
FROM identity i LEFT JOIN restored s USING (amp_id) LEFT JOIN (
  SELECT cluster, amp_id FROM overlap QUALIFY row_number() OVER (PARTITION BY cluster ORDER BY records DESC, amp_id) = 1
) o USING (cluster) WHERE s.amp_id IS NOT NULL OR i.amp_id NOT IN (SELECT amp_id FROM ledger)
UNION ALL SELECT amp_id, CASE WHEN merged_into IS NULL THEN 'retired' ELSE 'merged' END, merged_into FROM fate`;

/** Of each merged id the strongest pair that binds a record which it had to one that it had not. */
const bonds = `SELECT amp_id, source1, pk1, source2, pk2, score FROM (
  SELECT f.amp_id, a.datasource AS source1, a.pk AS pk1, b.datasource AS source2, b.pk AS pk2, e.score / 100.0::DOUBLE AS score
  FROM (SELECT a, b, score FROM scored UNION ALL SELECT b, a, score FROM scored) e
  JOIN person a ON a.rid = e.a JOIN person b ON b.rid = e.b AND b.cluster = a.cluster
  JOIN previous p ON p.datasource = a.datasource AND p.pk = a.pk JOIN fate f ON f.amp_id = p.amp_id
  LEFT JOIN previous q ON q.datasource = b.datasource AND q.pk = b.pk WHERE q.amp_id IS DISTINCT FROM f.amp_id
) QUALIFY row_number() OVER (PARTITION BY amp_id ORDER BY score DESC, source1, pk1, source2, pk2) = 1`;

/** The events of the first run, which gives every id. */
export const firstEventsSql = ({ runId, asOf }: RunStamp): string =>
  `SELECT i.amp_id, 'created' AS event, NULL::VARCHAR AS other_id, 'new records' AS cause, r.datasource AS source1, r.pk AS pk1,
  NULL::VARCHAR AS source2, NULL::VARCHAR AS pk2, NULL::DOUBLE AS score, ${text(runId)} AS job_id, ${timestamp(asOf)} AS timestamp
FROM identity i JOIN record r ON r.rid = i.cluster`;

/** The events of a run that follows another: what became of an id, why, and the records that show it. */
export function idEventsSql({ runId, asOf }: RunStamp, otherwise: EventCauses['otherwise']): string {
  return `SELECT e.amp_id, e.event, e.other_id, coalesce(s.cause, ${text(otherwise)}) AS cause,
  coalesce(b.source1, s.datasource) AS source1, coalesce(b.pk1, s.pk) AS pk1, b.source2, b.pk2, b.score,
  ${text(runId)} AS job_id, ${timestamp(asOf)} AS timestamp
FROM (${became}) e LEFT JOIN (
  SELECT e.amp_id, s.cause, s.datasource, s.pk FROM (${became}) e JOIN stirred s ON s.amp_id = e.amp_id OR s.amp_id = e.other_id
  QUALIFY row_number() OVER (PARTITION BY e.amp_id ORDER BY s.rank, s.cause, s.datasource, s.pk) = 1
) s USING (amp_id) LEFT JOIN (${bonds}) b ON b.amp_id = e.amp_id AND e.event = 'merged'`;
}

/** Records whose id changed although they say what they said. */
export const jitterSql = `SELECT count(*)::INTEGER AS records FROM moved ANTI JOIN differing USING (datasource, pk)
WHERE amp_id IS NOT NULL AND amp_id_prev IS NOT NULL`;
