import { text, timestamp } from '../sql/quote.ts';

export interface RunStamp {
  runId: string;
  asOf: string;
  historyDays: number;
}

/**
 * Table `moved`: records whose id is another than before, with both (null where there was or is none); and `fate`: each
 * old id that nobody holds now, and the id that most of its records went to.
 */
export const movedSql = [
  `CREATE TABLE moved AS SELECT coalesce(n.datasource, o.datasource) AS datasource, coalesce(n.pk, o.pk) AS pk, n.amp_id, o.amp_id AS amp_id_prev
FROM person n FULL JOIN previous o ON o.datasource = n.datasource AND o.pk = n.pk WHERE n.amp_id IS DISTINCT FROM o.amp_id`,
  `CREATE TABLE fate AS SELECT amp_id_prev AS amp_id, max(struct_pack(n := n, into_id := into_id)).into_id AS merged_into FROM (
  SELECT amp_id_prev, amp_id AS into_id, count(*) FILTER (amp_id IS NOT NULL) AS n FROM moved WHERE amp_id_prev IS NOT NULL GROUP BY ALL
) WHERE amp_id_prev NOT IN (SELECT amp_id FROM identity) GROUP BY amp_id_prev`,
];

/** Every id ever given, and what became of it. */
export function ledgerSql({ runId, asOf }: RunStamp): string {
  const [now, run] = [timestamp(asOf), text(runId)];
  return `SELECT amp_id, state, merged_into, created_at, created_run, changed_at, changed_run FROM (
  SELECT l.amp_id,
    CASE WHEN i.amp_id IS NOT NULL THEN 'active' WHEN f.amp_id IS NULL THEN l.state WHEN f.merged_into IS NULL THEN 'retired' ELSE 'merged' END AS state,
    CASE WHEN i.amp_id IS NULL THEN coalesce(f.merged_into, l.merged_into) END AS merged_into, l.created_at, l.created_run,
    CASE WHEN f.amp_id IS NULL THEN l.changed_at ELSE ${now} END AS changed_at,
    CASE WHEN f.amp_id IS NULL THEN l.changed_run ELSE ${run} END AS changed_run
  FROM ledger l LEFT JOIN identity i USING (amp_id) LEFT JOIN fate f USING (amp_id)
  UNION ALL
  SELECT amp_id, 'active', NULL, ${now}, ${run}, ${now}, ${run} FROM identity WHERE amp_id NOT IN (SELECT amp_id FROM ledger)
) ORDER BY amp_id`;
}

/** Ids added, deleted and updated by this run, one row each. */
export function clusterChangesSql({ runId, asOf }: RunStamp): string {
  return `SELECT amp_id, change_type, ${text(runId)} AS job_id, ${timestamp(asOf)} AS timestamp FROM (
  SELECT amp_id, CASE WHEN is_new THEN 'added' WHEN is_gone THEN 'deleted' ELSE 'updated' END AS change_type FROM (
    SELECT amp_id, amp_id NOT IN (SELECT amp_id FROM previous) AS is_new, amp_id NOT IN (SELECT amp_id FROM identity) AS is_gone
    FROM (SELECT amp_id FROM moved WHERE amp_id IS NOT NULL UNION SELECT amp_id_prev FROM moved WHERE amp_id_prev IS NOT NULL)
  )
) ORDER BY amp_id`;
}

/** Records added, deleted and moved, of this run and of the days that history is kept. */
export function recordChangesSql({ runId, asOf, historyDays }: RunStamp, previous: string | undefined): string {
  const now = `SELECT amp_id, amp_id_prev,
  CASE WHEN amp_id_prev IS NULL THEN 'added' WHEN amp_id IS NULL THEN 'deleted' ELSE 'updated' END AS change_type,
  datasource, pk, ${text(runId)} AS job_id, ${timestamp(asOf)} AS timestamp FROM moved`;
  if (previous === undefined) return `SELECT * FROM (${now}) ORDER BY datasource, pk`;
  return `SELECT * FROM read_parquet(${text(`${previous}/unified_changes_pks.parquet`)})
WHERE timestamp > ${timestamp(asOf)} - INTERVAL ${Math.round(historyDays)} DAY
UNION ALL SELECT * FROM (${now} ORDER BY datasource, pk)`;
}

/** What became of the ids, counted. */
export const changeCountsSql = `SELECT
  (SELECT count(*) FROM identity i ANTI JOIN previous p USING (amp_id) WHERE cluster NOT IN (SELECT cluster FROM overlap))::INTEGER AS added,
  (SELECT count(*) FROM fate WHERE merged_into IS NULL)::INTEGER AS deleted,
  (SELECT count(*) FROM fate WHERE merged_into IS NOT NULL)::INTEGER AS merged,
  (SELECT count(*) FROM identity i WHERE amp_id NOT IN (SELECT amp_id FROM previous) AND cluster IN (SELECT cluster FROM overlap))::INTEGER AS split,
  (SELECT count(DISTINCT amp_id) FROM previous p WHERE amp_id IN (SELECT amp_id FROM identity)
    AND amp_id NOT IN (SELECT amp_id FROM moved WHERE amp_id IS NOT NULL)
    AND amp_id NOT IN (SELECT amp_id_prev FROM moved WHERE amp_id_prev IS NOT NULL))::INTEGER AS unchanged,
  (SELECT count(*) FROM moved WHERE amp_id IS NOT NULL AND amp_id_prev IS NOT NULL)::INTEGER AS moved_records`;
