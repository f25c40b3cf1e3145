import { text } from '../../sql/quote.ts';

/** Table `assigned`: each record's profile, component and cluster, named by their first records; supersized is -1 where it is not. */
export const assignedSql =
  'CREATE TABLE assigned (rid INTEGER, profile INTEGER, component INTEGER, cluster INTEGER, supersized INTEGER)';

/** Relations of the last run that ids are chosen by. */
export interface PreviousIds {
  assignments: string;
  id_ledger: string;
  unified_changes_pks: string;
}

/** Tables `previous` (assignments) and `ledger`, and `history` (changes of records), of the last run; empty in the first. */
export function previousSql(last: PreviousIds | undefined): string[] {
  return [
    historySql(last?.unified_changes_pks),
    `CREATE TABLE previous AS ${last ? `SELECT datasource, pk, amp_id FROM ${last.assignments}` : `SELECT '' AS datasource, '' AS pk, '' AS amp_id WHERE false`}`,
    `CREATE TABLE ledger AS ${last ? `SELECT * FROM ${last.id_ledger}` : `SELECT '' AS amp_id, '' AS state, '' AS merged_into, TIMESTAMP '1970-01-01' AS created_at, '' AS created_run, TIMESTAMP '1970-01-01' AS changed_at, '' AS changed_run WHERE false`}`,
  ];
}

/** View `history`: changes of records that earlier runs told. */
export const historySql = (changes: string | undefined): string =>
  `CREATE VIEW history AS ${changes ? `SELECT * FROM ${changes}` : `SELECT '' AS amp_id, '' AS amp_id_prev, '' AS change_type, '' AS datasource, '' AS pk, '' AS job_id, TIMESTAMP '1970-01-01' AS timestamp WHERE false`}`;

/**
 * Table `overlap`: how many records an old id and a new cluster share, and how many of them are no guests; and `identity` where
 * it is one to one.
 */
export const overlapSql = [
  `CREATE TABLE overlap AS SELECT p.amp_id, a.cluster, count(*)::INTEGER AS records, count(*) FILTER (g.pk IS NULL)::INTEGER AS own
FROM previous p JOIN record r USING (datasource, pk) JOIN assigned a USING (rid) LEFT JOIN guest g USING (datasource, pk)
GROUP BY p.amp_id, a.cluster`,
  `CREATE TABLE identity AS SELECT cluster, amp_id FROM overlap
WHERE amp_id IN (SELECT amp_id FROM overlap GROUP BY amp_id HAVING count(*) = 1)
  AND cluster IN (SELECT cluster FROM overlap GROUP BY cluster HAVING count(*) = 1)`,
];

/**
 * Overlaps that more than one id or cluster lays claim to, the greatest first: of an id that is divided, counted without
 * guests. Ties go to the older id, then by id, then by first record.
 */
export const contestedSql = `SELECT o.amp_id, o.cluster FROM (
  SELECT *, count(*) OVER (PARTITION BY amp_id) > 1 AS is_divided FROM overlap
) o JOIN ledger l USING (amp_id)
WHERE o.cluster NOT IN (SELECT cluster FROM identity) AND o.amp_id NOT IN (SELECT amp_id FROM identity)
ORDER BY CASE WHEN o.is_divided THEN o.own ELSE o.records END DESC, o.records DESC, l.created_at, o.amp_id, o.cluster`;

/** Greedy one-to-one matching over claims in their order: every id and every cluster once. */
export function settle(
  contested: readonly { amp_id: string; cluster: number }[],
): { amp_id: string; cluster: number }[] {
  const [ids, clusters] = [new Set<string>(), new Set<number>()];
  return contested.filter(({ amp_id, cluster }) => {
    if (ids.has(amp_id) || clusters.has(cluster)) return false;
    ids.add(amp_id);
    clusters.add(cluster);
    return true;
  });
}

/** Namespace of our ids; a UUIDv5 under it is the same in every home. */
const NAMESPACE = '6f1d3f6e1b7a5c0b9d0e4f8a7c2b5e91';

/** UUIDv5 (RFC 9562) of a tenant, a record's key and a number. */
function uuid(tenant: string, n: number): string {
  const name = `${text(tenant)} || chr(31) || datasource || chr(31) || pk || chr(31) || ${text(String(n))}`;
  const hash = `sha1(unhex('${NAMESPACE}') || encode(${name}))`;
  const variant = `translate(substr(h, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab')`;
  return `${hash} AS h, substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-5' || substr(h, 14, 3) || '-' || ${variant} || substr(h, 18, 3) || '-' || substr(h, 21, 12)`;
}

/** New ids for the clusters that have none yet: the n-th of a cluster's first record, unless the ledger has held it. */
export function newIdentitySql(tenant: string, n: number): string {
  return `INSERT INTO identity SELECT cluster, amp_id FROM (
SELECT c.cluster, ${uuid(tenant, n)} AS amp_id
FROM (SELECT DISTINCT cluster FROM assigned) c ANTI JOIN identity i ON i.cluster = c.cluster JOIN record r ON r.rid = c.cluster
) ANTI JOIN ledger USING (amp_id)`;
}

export const unidentifiedSql = `SELECT count(*)::INTEGER AS clusters FROM (SELECT DISTINCT cluster FROM assigned) c ANTI JOIN identity i USING (cluster)`;

/**
 * Table `person`: every record with its id, its own number and those of its component and supersized cluster. A number is made
 * from a record's key, so that it doesn't change when records elsewhere come and go; components go by their first record's.
 */
export const personSql = `CREATE TABLE person AS
WITH numbered AS MATERIALIZED (
  SELECT rid, datasource, pk, (md5_number_lower(datasource || chr(31) || pk) >> 1)::BIGINT AS number FROM record
)
SELECT a.rid, r.datasource, r.pk, a.profile, a.cluster, i.amp_id, r.number, h.number AS component_id, l.number AS supersized_id
FROM assigned a JOIN identity i USING (cluster) JOIN numbered r USING (rid) JOIN numbered h ON h.rid = a.component
LEFT JOIN numbered l ON l.rid = a.supersized`;
