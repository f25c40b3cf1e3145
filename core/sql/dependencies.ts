import { BrokenReference } from '../errors.ts';
import { reads } from './lineage.ts';
import { printName, type TableName } from './scope.ts';

/** A table made by SQL over other tables. */
export interface SqlTable extends TableName {
  sql: string;
}

/**
 * Tables in an order in which each comes after those that it reads, as given where they don't depend on each other.
 * Tables that read each other in a circle are refused with the path of the circle.
 */
export function inDependencyOrder<T extends SqlTable>(tables: readonly T[]): T[] {
  const byName = new Map([
    ...tables.map((one) => [one.table, one] as const),
    ...tables.map((one) => [printName(one), one] as const),
  ]);
  const ordered: T[] = [];
  const done = new Set<T>();
  const visit = (table: T, path: readonly T[]): void => {
    if (done.has(table)) return;
    const from = path.indexOf(table);
    if (from >= 0) throw circle([...path.slice(from), table]);
    for (const name of reads(table.sql)) {
      const read = byName.get(printName(name));
      if (read !== undefined) visit(read, [...path, table]);
    }
    done.add(table);
    ordered.push(table);
  };
  for (const table of tables) visit(table, []);
  return ordered;
}

function circle(path: readonly SqlTable[]): BrokenReference {
  const names = path.map(printName).join(' → ');
  return new BrokenReference(`tables read each other in a circle: ${names}; expected one of them not to read the next`);
}
