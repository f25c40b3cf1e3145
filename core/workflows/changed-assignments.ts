import { MOST_RENEWED, type TableEntry } from '../contracts/catalog.ts';
import { changesName } from '../customer360/renewal.ts';
import type { Warehouse } from '../sql/port.ts';

const differing = (one: string, other: string) =>
  `(SELECT a.* FROM stitch.${one} a EXCEPT SELECT b.* FROM stitch.${other} b)`;

/** Of all records those of which Stitch says something else than in the last version, found by comparing all; none when those are many. */
export async function changedAssignments(
  warehouse: Warehouse,
  { now, last, records }: { now: TableEntry; last: TableEntry; records: number },
  asOf: string,
): Promise<Pick<TableEntry, 'changes'>> {
  const table = changesName(now.physical);
  const query = {
    name: 'changed assignments',
    sql: `SELECT DISTINCT c.datasource, c.pk\nFROM (\n${differing('assignments', 'last')}\nUNION ALL\n${differing('last', 'assignments')}\n) c`,
    tables: [now, { ...last, name: 'last' }],
    asOf,
  };
  const { rows } = await warehouse.build({ schema: 'stitch', physical: table }, query);
  return rows > records * MOST_RENEWED ? {} : { changes: { since: last.version, table } };
}
