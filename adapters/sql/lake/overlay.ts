import type { TableEntry } from '../../../core/contracts/catalog.ts';
import type { Column } from '../../../core/contracts/types.ts';
import type { OverlayRequest } from '../../../core/sql/port.ts';
import { ident } from '../../../core/sql/quote.ts';
import { changesSql, toldBy } from '../told-changes.ts';
import { among, without } from './keys.ts';
import type { LakeTables } from './tables.ts';

/**
 * Makes a version of a table: the last one with the rows of some keys replaced, and what differs between the two. Rows have
 * no places on the lake, so the version is written whole; only what is compared is small.
 */
export async function overlay(
  tables: LakeTables,
  request: OverlayRequest,
): Promise<{ rows: number; changes: NonNullable<TableEntry['changes']> }> {
  const { schema, physical, last, fresh, keys } = request;
  const relation = (name: string) => tables.relation({ schema, physical: name });
  const { columns } = last;
  const now = (some: readonly Column[]) => `SELECT ${list('f', some)} FROM ${relation(fresh)} f`;
  const of = relation(last.physical);
  const touched = keys && { columns: keys.columns, of: relation(keys.table) };

  const told = toldBy(request);
  if (told.table !== keys?.table) {
    const some = columns.filter(({ name }) => told.columns?.includes(name) ?? true);
    const earlier = `SELECT ${list('r', some)} FROM ${touched ? among(of, touched) : `${of} r`}`;
    const changes = changesSql(earlier, now(some), told);
    await tables.create({ schema, physical: told.table }, `changes of ${physical}`, changes, some);
  }
  const kept = touched && `SELECT ${list('r', columns)} FROM ${without(of, touched.of, touched.columns)} UNION ALL `;
  const { rows } = await tables.create({ schema, physical }, physical, `${kept ?? ''}${now(columns)}`, columns);
  return { rows, changes: { since: last.version, table: told.table } };
}

const list = (alias: string, columns: readonly Column[]): string =>
  columns.map(({ name }) => `${alias}.${ident(name)}`).join(', ');
