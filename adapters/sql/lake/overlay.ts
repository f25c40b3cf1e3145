import type { TableEntry } from '../../../core/contracts/catalog.ts';
import { InternalError } from '../../../core/errors.ts';
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
  const columns = await tables.columns({ schema, physical: last.physical });
  if (columns === undefined)
    throw new InternalError(`${schema}.${last.name} is laid over ${last.physical}, which is gone`);
  const all = columns.map(({ name }) => name);
  const now = (names: readonly string[]) => `SELECT ${list('f', names)} FROM ${relation(fresh)} f`;
  const of = relation(last.physical);
  const touched = keys && { columns: keys.columns, of: relation(keys.table) };

  const told = toldBy(request);
  if (told.table !== keys?.table) {
    const names = told.columns ?? all;
    const earlier = `SELECT ${list('r', names)} FROM ${touched ? among(of, touched) : `${of} r`}`;
    const changes = changesSql(earlier, now(names), told);
    await tables.create({ schema, physical: told.table }, `changes of ${physical}`, changes);
  }
  const kept = touched && `SELECT ${list('r', all)} FROM ${without(of, touched.of, touched.columns)} UNION ALL `;
  const { rows } = await tables.create({ schema, physical }, physical, `${kept ?? ''}${now(all)}`);
  return { rows, changes: { since: last.version, table: told.table } };
}

const list = (alias: string, names: readonly string[]): string =>
  names.map((name) => `${alias}.${ident(name)}`).join(', ');
