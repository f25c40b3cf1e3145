import { MOST_RENEWED } from '../../../core/contracts/catalog.ts';
import type { Column } from '../../../core/contracts/types.ts';
import { InternalError } from '../../../core/errors.ts';
import { LOAD } from '../../../core/feeds/columns.ts';
import type { StoredTable, UpsertCounts, UpsertRequest } from '../../../core/sql/port.ts';
import { ident } from '../../../core/sql/quote.ts';
import { engineType } from '../../../core/sql/types.ts';
import type { LakeFiles } from './files.ts';
import { type Found, LoadLedger } from './loads.ts';
import type { LakeTables } from './tables.ts';

interface Merge {
  target: StoredTable;
  /** Relation of the staged rows, and their columns. */
  staged: string;
  columns: readonly Column[];
  /** All columns of the target but the load's number. */
  kept: readonly Column[];
  n: number;
  /** Whether the target was made just now. */
  isNew: boolean;
}

/**
 * Merges a staged Parquet into its domain table in one commit. The ledger is an object of its own, so a load goes through
 * it in three steps, each of which a repeat takes as it finds it; a MERGE that is done again changes nothing.
 */
export async function upsert(tables: LakeTables, files: LakeFiles, request: UpsertRequest): Promise<UpsertCounts> {
  const { table, stagedKey, loadId, replace } = request;
  const ledger = new LoadLedger(tables.objects, table);
  const begun = await ledger.begin(loadId);
  const target = { schema: 'domain', physical: table };
  const done = begun.done ? begun.found : await merged();
  await files.release(target, stagedKey);
  await tables.objects.delete(stagedKey);
  return { inserted: done.inserted, updated: done.updated, unchanged: done.unchanged };

  async function merged(): Promise<Found> {
    const staged = await files.relation(target, stagedKey, request.columns);
    const { kept, isNew } = await columnsOf(tables, target, request.columns);
    const merge: Merge = { target, staged, columns: request.columns, kept, n: begun.n, isNew };
    const found = begun.found ?? (await ledger.find(loadId, await changesOf(tables, merge, request)));
    const name = `load into ${table}`;
    if (replace) await tables.runLong(name, replaceSql(tables, merge));
    else if (found.inserted + found.updated > 0) await tables.runLong(name, mergeSql(tables, merge));
    await ledger.finish(loadId);
    return found;
  }
}

/** The columns of a domain table, which is made when absent and takes up what is new to it. */
async function columnsOf(
  tables: LakeTables,
  target: StoredTable,
  given: readonly Column[],
): Promise<Pick<Merge, 'kept' | 'isNew'>> {
  const { ddl } = tables.engine;
  const [table, name] = [tables.named(target), `columns of ${target.physical}`];
  const there = await tables.columns(target);
  if (there === undefined) {
    await tables.run(name, ddl.createTable(table, [...given, LOAD], tables.freshLocation(target)));
    return { kept: [...given], isNew: true };
  }
  const known = new Set(there.map((column) => column.name));
  const added = given.filter((column) => !known.has(column.name));
  for (const sql of added.length === 0 ? [] : ddl.addColumns(table, added)) await tables.run(name, sql);
  return { kept: [...there.filter((column) => column.name !== LOAD.name), ...added], isNew: false };
}

/** What a load will change, counted before it changes anything. What is new or replaced is not asked what it has. */
async function changesOf(tables: LakeTables, merge: Merge, { replace, stagedKey }: UpsertRequest) {
  const { target, staged, isNew } = merge;
  const relation = tables.relation(target);
  const given = 'count(*), count(DISTINCT s._pk)';
  const sql =
    replace || isNew
      ? `SELECT ${given} FROM ${staged} s`
      : `SELECT ${given}, count(t._pk), count_if(${isNewer(merge)}), (SELECT count(*) FROM ${relation}) FROM ${staged} s LEFT JOIN ${relation} t ON t._pk = s._pk`;
  const counted = await tables.numbers(`changes of ${target.physical}`, sql);
  const [rows = 0, keys = 0, matching = 0, updated = 0, before = 0] = counted;
  if (rows !== keys)
    throw new InternalError(
      `${stagedKey} has ${rows} rows of ${keys} keys: expected rows that are folded to one a key`,
    );
  const inserted = rows - matching;
  const whole = replace || inserted + updated > before * MOST_RENEWED;
  return { inserted, updated, unchanged: matching - updated, whole };
}

/** Whether a staged row `s` differs from the row `t` that is known, and is no older. */
const isNewer = ({ columns }: Merge): string =>
  `s._updated >= t._updated AND (${columns.map(({ name }) => `s.${ident(name)} IS DISTINCT FROM t.${ident(name)}`).join(' OR ')})`;

const mergeSql = (tables: LakeTables, merge: Merge): string =>
  `MERGE INTO ${tables.relation(merge.target)} t USING ${merge.staged} s ON t._pk = s._pk
WHEN MATCHED AND ${isNewer(merge)} THEN ${update(merge)}
WHEN NOT MATCHED THEN ${insert(merge)}`;

/** The source has the keys that go as well, so that the table is never seen empty. */
function replaceSql(tables: LakeTables, merge: Merge): string {
  const { staged, columns, target } = merge;
  const relation = tables.relation(target);
  const ofGone = columns.map((column) => (column.name === '_pk' ? 'r._pk' : nothing(column)));
  const given = columns.map(({ name }) => ident(name)).join(', ');
  return `MERGE INTO ${relation} t USING (
  SELECT ${given}, FALSE AS _gone FROM ${staged}
  UNION ALL SELECT ${ofGone.join(', ')}, TRUE FROM ${relation} r WHERE r._pk NOT IN (SELECT _pk FROM ${staged})
) s ON t._pk = s._pk
WHEN MATCHED AND s._gone THEN DELETE
WHEN MATCHED THEN ${update(merge)}
WHEN NOT MATCHED THEN ${insert(merge)}`;
}

/** A row is what its last load says: columns that the load doesn't have are empty. */
const toldValue = ({ columns }: Merge, column: Column): string =>
  columns.some(({ name }) => name === column.name) ? `s.${ident(column.name)}` : nothing(column);

const nothing = ({ type }: Column): string => `CAST(NULL AS ${engineType(type, 'trino')})`;

const update = (merge: Merge): string =>
  `UPDATE SET ${merge.kept.map((column) => `${ident(column.name)} = ${toldValue(merge, column)}`).join(', ')}, ${ident(LOAD.name)} = BIGINT '${merge.n}'`;

const insert = (merge: Merge): string =>
  `INSERT (${[...merge.kept, LOAD].map(({ name }) => ident(name)).join(', ')}) VALUES (${merge.kept.map((column) => toldValue(merge, column)).join(', ')}, BIGINT '${merge.n}')`;
