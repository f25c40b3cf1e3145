import type { TableEntry } from '../contracts/catalog.ts';
import { publishedTables } from '../environments/catalog.ts';
import type { ObjectStore, Warehouse } from '../ports.ts';

/** Reads the published tables of an environment as they are at one moment. */
export class PublishedReader {
  readonly #warehouse: Warehouse;
  readonly #tables: Readonly<Record<string, TableEntry>>;
  readonly #asOf: string;

  private constructor(warehouse: Warehouse, tables: Readonly<Record<string, TableEntry>>, asOf: string) {
    this.#warehouse = warehouse;
    this.#tables = tables;
    this.#asOf = asOf;
  }

  static async open(access: { objects: ObjectStore; warehouse: Warehouse; clock(): Date }): Promise<PublishedReader> {
    return new PublishedReader(access.warehouse, await publishedTables(access.objects), access.clock().toISOString());
  }

  /** Such as `customer360.merged_customers`; undefined when it isn't published. */
  table(name: string): TableEntry | undefined {
    return this.#tables[name];
  }

  /** Rows of Trino SQL over the published tables. */
  async rows(name: string, sql: string, limit: number): Promise<unknown[][]> {
    const query = { name, sql, tables: Object.values(this.#tables), asOf: this.#asOf };
    return (await this.#warehouse.query(query, { limit })).rows;
  }

  /** The same as objects by column, without what is NULL. */
  async objects(name: string, sql: string, limit: number): Promise<Record<string, unknown>[]> {
    const query = { name, sql, tables: Object.values(this.#tables), asOf: this.#asOf };
    const { columns, rows } = await this.#warehouse.query(query, { limit });
    return rows.map((row) =>
      Object.fromEntries(columns.flatMap(({ name: column }, n) => (row[n] === null ? [] : [[column, row[n]]]))),
    );
  }
}
