import { ident } from '../../sql/quote.ts';
import { flagged } from '../cleaning/bad-values.ts';
import { standardColumns } from '../cleaning/standardise.ts';
import { historySql } from '../ids/assignment.ts';
import { contentHash } from '../records/duplicates.ts';
import { profileColumns, type Shape } from '../records/shape.ts';

/**
 * The tables that a run over the touched people begins with, as a run over all makes them from raw records: `record`,
 * `clean`, `flags` and `removed` (of the changed ones only). `near` and `last` are the touched people's rows of the last run.
 */
export const neighbourhoodSql = (shape: Shape, records: string, assignments: string) => [
  `CREATE TABLE near AS SELECT * FROM ${records} SEMI JOIN probe.touched USING (component_id)`,
  `CREATE TABLE last AS SELECT * FROM ${assignments} SEMI JOIN probe.touched USING (component_id)`,
  `CREATE TABLE record AS SELECT (row_number() OVER (ORDER BY datasource, pk) - 1)::INTEGER AS rid, datasource, pk
FROM (SELECT datasource, pk FROM last UNION SELECT datasource, pk FROM probe.record)`,
  `CREATE TABLE changed AS SELECT r.rid, c.rid AS probe_rid FROM record r JOIN probe.record c USING (datasource, pk)`,
  'CREATE TABLE removed AS SELECT s.* REPLACE (c.rid AS rid) FROM probe.removed s JOIN changed c ON c.probe_rid = s.rid',
  `CREATE TABLE clean AS SELECT s.* REPLACE (c.rid AS rid) FROM probe.clean s JOIN changed c ON c.probe_rid = s.rid
UNION ALL BY NAME SELECT *, ${contentHash(profileColumns(shape))} FROM (
  SELECT r.rid, r.datasource, ${standardColumns(shape)
    .map((column) => `n.${ident(column)}`)
    .join(', ')}
  FROM record r JOIN near n USING (datasource, pk) ANTI JOIN changed c ON c.rid = r.rid
)`,
  `CREATE TABLE flags AS SELECT s.* REPLACE (c.rid AS rid) FROM probe.flags s JOIN changed c ON c.probe_rid = s.rid
UNION ALL BY NAME SELECT r.rid, ${flagged.map((column) => `l.blv_${column}`).join(', ')}
  FROM record r JOIN last l USING (datasource, pk) ANTI JOIN changed c ON c.rid = r.rid`,
  ...['nickname', 'bad_auto'].map((table) => `CREATE VIEW ${table} AS FROM probe.${table}`),
];

/** Table `previous` of those people, and `ledger` and `history` of all. */
export const nearPreviousSql = (ledger: string, changes: string) => [
  historySql(changes),
  'CREATE TABLE previous AS SELECT datasource, pk, amp_id FROM last',
  `CREATE VIEW ledger AS SELECT * FROM ${ledger}`,
];
