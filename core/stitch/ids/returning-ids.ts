/*
 * An id that was merged into another is not lost: it goes back to its records when they part from that one again, as when
 * a correction is undone. `history` holds the changes of records that earlier runs told, `ledger` what became of each id.
 */

/**
 * Tables `former`: the records that a merged id had when it was merged; and `guest`: records of `previous` that their id took
 * over with a merged one, or that came to it since. An id that is divided stays with those that are no guests.
 */
export const formerSql = [
  `CREATE TABLE former AS SELECT DISTINCT h.datasource, h.pk, l.amp_id FROM history h
JOIN ledger l ON l.amp_id = h.amp_id_prev AND l.changed_run = h.job_id WHERE l.state = 'merged'`,
  `CREATE TABLE guest AS SELECT datasource, pk FROM previous SEMI JOIN former USING (datasource, pk)
UNION SELECT p.datasource, p.pk FROM history h JOIN previous p USING (datasource, pk, amp_id)
JOIN (SELECT merged_into AS amp_id, min(changed_at) AS since FROM ledger WHERE state = 'merged' GROUP BY merged_into) m USING (amp_id)
WHERE h.change_type = 'added' AND h.timestamp >= m.since`,
];

/**
 * Merged ids and the clusters without an id that hold most of the records that they had, those with most first. Ties go to
 * the older id.
 */
export const returningSql = `SELECT f.amp_id, f.cluster FROM (
  SELECT f.amp_id, a.cluster, count(*) AS records FROM former f JOIN record r USING (datasource, pk) JOIN assigned a USING (rid)
  GROUP BY ALL
) f JOIN (SELECT amp_id, count(*) AS records FROM former GROUP BY amp_id) o USING (amp_id) JOIN ledger l USING (amp_id)
WHERE f.cluster NOT IN (SELECT cluster FROM identity) AND 2 * f.records > o.records
ORDER BY f.records DESC, l.created_at, f.amp_id, f.cluster`;
