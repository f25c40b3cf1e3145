import type { TableEntry } from '../../../core/contracts/catalog.ts';
import { changesName } from '../../../core/customer360/renewal.ts';
import { InternalError } from '../../../core/errors.ts';
import type { OverlayRequest } from '../../../core/sql/port.ts';
import { ident } from '../../../core/sql/quote.ts';
import { among, without } from './keys.ts';
import type { LakeTables } from './tables.ts';

/**
 * Makes a version of a table: the last one with the rows of some keys replaced, and what differs between the two. Rows have
 * no places on the lake, so the version is written whole; only what is compared is small.
 */
export async function overlay(
  tables: LakeTables,
  { schema, physical, last, fresh, keys, tellKeys }: OverlayRequest,
): Promise<{ rows: number; changes: NonNullable<TableEntry['changes']> }> {
  const relation = (name: string) => tables.relation({ schema, physical: name });
  const columns = await tables.columns({ schema, physical: last.physical });
  if (columns === undefined)
    throw new InternalError(`${schema}.${last.name} is laid over ${last.physical}, which is gone`);
  const list = (alias: string) => columns.map(({ name }) => `${alias}.${ident(name)}`).join(', ');
  const now = `SELECT ${list('f')} FROM ${relation(fresh)} f`;
  const before = (rows: string) => `SELECT ${list('r')} FROM ${rows}`;
  const of = relation(last.physical);
  const touched = keys && { columns: keys.columns, of: relation(keys.table) };

  const changes = keys && tellKeys ? keys.table : changesName(physical);
  if (changes !== keys?.table) {
    const earlier = before(touched ? among(of, touched) : `${of} r`);
    const only = (one: string, other: string) => `((${one}) EXCEPT ALL (${other}))`;
    const differing = `${only(earlier, now)} UNION ALL ${only(now, earlier)}`;
    await tables.create({ schema, physical: changes }, `changes of ${physical}`, differing);
  }
  const kept = touched && before(without(of, touched.of, touched.columns));
  const all = kept ? `${kept} UNION ALL ${now}` : now;
  const { rows } = await tables.create({ schema, physical }, physical, all);
  return { rows, changes: { since: last.version, table: changes } };
}
