import type { TableEntry } from '../contracts/catalog.ts';
import { publishedTables } from '../environments/catalog.ts';
import { QueryFailed } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import type { PhysicalQuery, ResultSet, Warehouse } from '../sql/port.ts';

/** What a reader of published tables needs of their environment. */
export interface PublishedAccess {
  objects: ObjectStore;
  warehouse: Warehouse;
  clock(): Date;
}

/**
 * Does some reading with the tables as they are published at one moment. A run that publishes others meanwhile may take
 * away what is read: then all of it is done again with those, so that no answer is from half of each.
 */
export async function readPublished<T>(
  access: PublishedAccess,
  work: (reader: PublishedReader) => Promise<T>,
): Promise<T> {
  for (;;) {
    const reader = await PublishedReader.open(access);
    try {
      return await work(reader);
    } catch (cause) {
      if (!(cause instanceof QueryFailed) || (await reader.isCurrent())) throw cause;
    }
  }
}

type Tables = Readonly<Record<string, TableEntry>>;

const isSame = (one: Tables, other: Tables): boolean =>
  Object.keys(one).every((name) => one[name]?.version === other[name]?.version);

/** Reads the published tables of an environment as they are at one moment. */
export class PublishedReader {
  readonly #access: PublishedAccess;
  readonly #tables: Tables;
  readonly #asOf: string;

  private constructor(access: PublishedAccess, tables: Tables) {
    this.#access = access;
    this.#tables = tables;
    this.#asOf = access.clock().toISOString();
  }

  static async open(access: PublishedAccess): Promise<PublishedReader> {
    return new PublishedReader(access, await publishedTables(access.objects));
  }

  /** Whether no other versions have been published since. */
  async isCurrent(): Promise<boolean> {
    return isSame(this.#tables, await publishedTables(this.#access.objects));
  }

  /** Of the published tables. */
  get names(): string[] {
    return Object.keys(this.#tables);
  }

  /** Such as `customer360.merged_customers`; undefined when it isn't published. */
  table(name: string): TableEntry | undefined {
    return this.#tables[name];
  }

  /** The answer to Trino SQL over the published tables; `name` is what a failure calls it. */
  query(name: string, sql: string, options: { limit: number; signal?: AbortSignal }): Promise<ResultSet> {
    return this.#access.warehouse.query(this.physical(name, sql), options);
  }

  /** Trino SQL with the tables as they are stored. */
  physical(name: string, sql: string): PhysicalQuery {
    return { name, sql, tables: Object.values(this.#tables), asOf: this.#asOf };
  }

  async rows(name: string, sql: string, limit: number): Promise<unknown[][]> {
    return (await this.query(name, sql, { limit })).rows;
  }

  /** Rows as objects by column, without what is NULL. */
  async objects(name: string, sql: string, limit: number): Promise<Record<string, unknown>[]> {
    const { columns, rows } = await this.query(name, sql, { limit });
    return rows.map((row) =>
      Object.fromEntries(columns.flatMap(({ name: column }, n) => (row[n] === null ? [] : [[column, row[n]]]))),
    );
  }
}
