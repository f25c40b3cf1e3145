import { RefusedSql } from '../errors.ts';
import { type Fields, nameOf } from './tree.ts';

/** A table as a query names it, in lower case. */
export interface TableName {
  schema?: string;
  table: string;
}

/** What resolves a table to its physical name: SQL text, quoted already. Undefined when there is no such table. */
export type Tables = (name: TableName) => string | undefined;

export const printName = ({ schema, table }: TableName): string =>
  schema === undefined ? table : `${schema}.${table}`;

/** The table names that a query can see where it stands: named queries of its WITH clauses, then real tables. */
export class Scope {
  readonly #tables: Tables;
  readonly #known: readonly string[];
  readonly #named: ReadonlySet<string>;
  readonly #reads: Map<string, TableName>;

  constructor(
    tables: Tables,
    known: readonly string[] = [],
    named: ReadonlySet<string> = new Set(),
    reads: Map<string, TableName> = new Map(),
  ) {
    this.#tables = tables;
    this.#known = known;
    this.#named = named;
    this.#reads = reads;
  }

  /** Real tables met so far, in the order of their first mention. */
  get reads(): TableName[] {
    return [...this.#reads.values()];
  }

  /** The scope inside which one more named query is seen. */
  with(name: string): Scope {
    return new Scope(this.#tables, this.#known, new Set([...this.#named, name.toLowerCase()]), this.#reads);
  }

  /** The physical name of a table node, or undefined when it means a named query. */
  resolve(table: Fields): { physical: string | undefined; name: string; schema?: string } {
    const written = tableName(table);
    if (written.schema === undefined && this.#named.has(written.table))
      return { physical: undefined, name: written.table };
    const physical = this.#tables(written);
    if (physical === undefined) throw this.#unknown(written);
    this.#reads.set(printName(written), written);
    return { physical, name: written.table, ...(written.schema === undefined ? {} : { schema: written.schema }) };
  }

  #unknown(written: TableName): RefusedSql {
    const name = printName(written);
    const near = nearest(name, [...this.#named, ...this.#known]);
    const hint = near === undefined ? this.#expected(written) : `did you mean ${near}?`;
    return new RefusedSql(`there is no table ${name}: ${hint}`, { data: { table: name, nearest: near } });
  }

  /** Saved queries are there before the tables that they are about. */
  #expected({ schema }: TableName): string {
    const hasSome = this.#known.some((one) => schema === undefined || one.startsWith(`${schema}.`));
    if (hasSome) return 'expected a table of this environment';
    return `no run has made a table${schema === undefined ? '' : ` of ${schema}`} yet`;
  }
}

/** The schema and name that a table node writes; names with a catalog are refused. */
export function tableName(table: Fields): TableName {
  const name = (nameOf(table.name) ?? '').toLowerCase();
  const schema = nameOf(table.schema)?.toLowerCase();
  const catalog = nameOf(table.catalog);
  if (catalog !== undefined) {
    throw new RefusedSql(`there is no table ${catalog}.${schema}.${name}: expected database.table, without a catalog`);
  }
  return schema === undefined ? { table: name } : { schema, table: name };
}

/** The known name that differs by the fewest edits, when those are few. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let fewest = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of known) {
    const edits = editDistance(name, candidate, fewest);
    if (edits < fewest) [best, fewest] = [candidate, edits];
  }
  return best;
}

function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
