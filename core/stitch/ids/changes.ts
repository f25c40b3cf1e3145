import { text, timestamp } from '../../sql/quote.ts';

export interface RunStamp {
  runId: string;
  asOf: string;
  historyDays: number;
}

/**
 * Tables `moved`: records whose id is another than before, with both (null where there was or is none); `fate`: each old id
 * that nobody holds now, and the id that most of its records went to; and `restored`: ids that somebody holds again.
 */
export const movedSql = [
  `CREATE TABLE moved AS SELECT coalesce(n.datasource, o.datasource) AS datasource, coalesce(n.pk, o.pk) AS pk, n.amp_id, o.amp_id AS amp_id_prev
FROM person n FULL JOIN previous o ON o.datasource = n.datasource AND o.pk = n.pk WHERE n.amp_id IS DISTINCT FROM o.amp_id`,
  `CREATE TABLE fate AS SELECT amp_id_prev AS amp_id, max(struct_pack(n := n, into_id := into_id)).into_id AS merged_into FROM (
  SELECT amp_id_prev, amp_id AS into_id, count(*) FILTER (amp_id IS NOT NULL) AS n FROM moved WHERE amp_id_prev IS NOT NULL GROUP BY ALL
) WHERE amp_id_prev NOT IN (SELECT amp_id FROM identity) GROUP BY amp_id_prev`,
  `CREATE TABLE restored AS SELECT amp_id FROM ledger SEMI JOIN identity USING (amp_id) WHERE state <> 'active'`,
];

/** Every id ever given, and what became of it. */
export const ledgerSql = (stamp: RunStamp) =>
  `SELECT * FROM ledger ANTI JOIN fate USING (amp_id) ANTI JOIN restored USING (amp_id) UNION ALL ${ledgerChangesSql(stamp)}`;

/** The rows of the ledger that a run adds or changes: ids that are new, those that nobody holds any more, and those held again. */
export function ledgerChangesSql({ runId, asOf }: RunStamp): string {
  const [now, run] = [timestamp(asOf), text(runId)];
  return `SELECT amp_id, CASE WHEN f.merged_into IS NULL THEN 'retired' ELSE 'merged' END AS state, f.merged_into,
  l.created_at, l.created_run, ${now} AS changed_at, ${run} AS changed_run FROM ledger l JOIN fate f USING (amp_id)
UNION ALL SELECT amp_id, 'active', NULL, l.created_at, l.created_run, ${now}, ${run} FROM ledger l SEMI JOIN restored USING (amp_id)
UNION ALL SELECT amp_id, 'active', NULL, ${now}, ${run}, ${now}, ${run} FROM identity ANTI JOIN ledger USING (amp_id)`;
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

/** Records added, deleted and moved by this run. */
export const recordChangesSql = ({ runId, asOf }: RunStamp) => `SELECT amp_id, amp_id_prev,
  CASE WHEN amp_id_prev IS NULL THEN 'added' WHEN amp_id IS NULL THEN 'deleted' ELSE 'updated' END AS change_type,
  datasource, pk, ${text(runId)} AS job_id, ${timestamp(asOf)} AS timestamp FROM moved`;

/** Whether a change is too old to be told any longer. */
export const expiredSql = ({ asOf, historyDays }: RunStamp) =>
  `timestamp <= ${timestamp(asOf)} - INTERVAL ${Math.round(historyDays)} DAY`;

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
