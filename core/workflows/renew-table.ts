import type { TableEntry } from '../contracts/catalog.ts';
import type { PlannedTable } from '../contracts/steps.ts';
import { changesName, deltaName, keysName, type Renewal, touchedKeysSql } from '../customer360/renewal.ts';
import { InternalError } from '../errors.ts';
import type { PhysicalQuery, Warehouse } from '../sql/port.ts';
import { ident } from '../sql/quote.ts';

/** Lays the rows that have changed over the last version of a table: what of its inputs has, they say. */
export async function renewTable(
  warehouse: Warehouse,
  { table, last, renewal, physical }: { table: PlannedTable; last: TableEntry; renewal: Renewal; physical: string },
  query: PhysicalQuery,
): Promise<Pick<TableEntry, 'rows' | 'columns' | 'parquet' | 'parquet_delta' | 'changes'>> {
  const { schema } = table;
  const inputs = query.tables.filter((entry) => {
    const name = `${entry.schema}.${entry.name}`;
    return name in table.inputs && table.inputs[name] !== last.inputs[name] && renewal.follows[name];
  });
  const changed = new Map(inputs.map((entry) => [`${entry.schema}.${entry.name}`, changedRows(entry, last)]));
  const beside = inputs.flatMap((entry) =>
    entry.changes ? [{ ...entry, name: changesName(entry.name), physical: entry.changes.table }] : [],
  );
  const keys = keysName(physical);
  const asked = { ...query, name: `keys of ${query.name}`, sql: touchedKeysSql(renewal, changed) };
  await warehouse.build({ schema, physical: keys }, { ...asked, tables: [...query.tables, ...beside] });
  const fresh = `${physical}__fresh`;
  const read = query.tables.map((entry) => (holdsTouched(entry, inputs, renewal) ? deltaOf(entry) : entry));
  const tables = [...read, { ...last, name: keysName(table.name), physical: keys }];
  await warehouse.build({ schema, physical: fresh }, { ...query, sql: renewal.rows, tables });
  const laid = await warehouse.overlay({
    ...{ schema, physical, last, fresh, keys: { columns: renewal.keys, table: keys } },
    ...(table.tells && { tell: table.tells }),
    ...(query.signal && { signal: query.signal }),
  });
  return { columns: last.columns, ...laid };
}

/** Whether all touched rows of an input lie in its delta: the same keys were touched in it, and nothing else touches any. */
function holdsTouched(entry: TableEntry, inputs: readonly TableEntry[], { keys, asks }: Renewal): boolean {
  const replaced = entry.parquet_delta ? entry.changes?.keys : undefined;
  return asks !== undefined && inputs.every((input) => input === entry) && replaced?.join() === keys.join();
}

const deltaOf = (entry: TableEntry): TableEntry => ({ ...entry, physical: deltaName(entry.physical) });

/** The rows of an input that have changed since `last` was built, as a relation. */
function changedRows({ schema, name, loads, changes }: TableEntry, last: TableEntry): string {
  if (loads)
    return `(SELECT r.* FROM ${schema}.${ident(name)} r WHERE r."_load" > ${last.saw?.[loads.generation] ?? 0})`;
  if (changes) return `${schema}.${ident(changesName(name))}`;
  throw new InternalError(
    `${schema}.${name} doesn't say what changed in it: the plan should build all of ${last.name}`,
  );
}
