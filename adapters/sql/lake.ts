import type { ParquetDelta, TableEntry } from '../../core/contracts/catalog.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import type { Column } from '../../core/contracts/types.ts';
import { NotFound } from '../../core/errors.ts';
import type {
  BuiltTable,
  DomainLoads,
  OverlayRequest,
  PhysicalQuery,
  ResultSet,
  Scattered,
  Scattering,
  StoredTable,
  UpsertCounts,
  UpsertRequest,
  Warehouse,
} from '../../core/sql/port.ts';
import type { LakeEngine } from './lake/engine.ts';
import { expose } from './lake/expose.ts';
import { LakeFiles, type ParquetFiles } from './lake/files.ts';
import { LoadLedger } from './lake/loads.ts';
import { overlay } from './lake/overlay.ts';
import { boundedOnLake } from './lake/query-text.ts';
import { type LakeObjects, LakeTables } from './lake/tables.ts';
import { upsert } from './lake/upsert.ts';

export interface LakeWarehouseOptions {
  place: Pick<Place, 'workgroup'>;
  engine: LakeEngine;
  objects: LakeObjects;
  /** What opens Parquet objects; without it, what needs one is refused. @default none */
  parquet?: ParquetFiles;
}

/** The tables of one environment as Iceberg tables in a lake, by way of an engine that speaks Trino's SQL. */
export class LakeWarehouse implements Warehouse {
  readonly #tables: LakeTables;
  readonly #files: LakeFiles;

  constructor({ place, engine, objects, parquet }: LakeWarehouseOptions) {
    this.#tables = new LakeTables(engine, objects, place);
    this.#files = new LakeFiles(this.#tables, parquet);
  }

  upsert(request: UpsertRequest): Promise<UpsertCounts> {
    return upsert(this.#tables, this.#files, request);
  }

  loads(table: string): Promise<DomainLoads> {
    return new LoadLedger(this.#tables.objects, table).loads();
  }

  loaded(table: string, ids: readonly string[]): Promise<string[]> {
    return new LoadLedger(this.#tables.objects, table).loaded(ids);
  }

  async build(table: StoredTable, query: PhysicalQuery): Promise<BuiltTable> {
    return this.#tables.create(table, query.name, await this.#tables.onEngine(query));
  }

  async view(table: StoredTable, query: PhysicalQuery): Promise<Pick<BuiltTable, 'columns'>> {
    await this.#tables.view(table, query.name, await this.#tables.onEngine(query));
    const columns = await this.#tables.columns(table);
    if (!columns) throw new NotFound(`${table.schema}.${table.physical} was removed while it was made`);
    return { columns };
  }

  overlay(request: OverlayRequest): Promise<{ rows: number } & Pick<TableEntry, 'changes'>> {
    return overlay(this.#tables, request);
  }

  attach(table: StoredTable, key: string, delta?: ParquetDelta): Promise<Omit<BuiltTable, 'rows'>> {
    return this.#files.attach(table, key, delta);
  }

  unload(query: PhysicalQuery, key: string): Promise<{ rows: number }> {
    return this.#files.unload(query, key);
  }

  scatter(table: StoredTable, query: PhysicalQuery, by: Scattering): Promise<Scattered> {
    return this.#files.scatter(table, query, by);
  }

  gather(table: StoredTable, folder: string, columns: readonly Column[]): Promise<void> {
    return this.#files.gather(table, folder, columns);
  }

  async query(query: PhysicalQuery, { limit, signal }: { limit: number; signal?: AbortSignal }): Promise<ResultSet> {
    const sql = await boundedOnLake(this.#tables.place, query, limit + 1);
    return this.#tables.rows(query.name, sql, limit, signal);
  }

  read(key: string, options: { limit: number; offset: number }): Promise<ResultSet> {
    return this.#files.read(key, options);
  }

  describe(table: StoredTable): Promise<BuiltTable | undefined> {
    return this.#tables.describe(table);
  }

  async drop(table: string): Promise<void> {
    // First, so that no load counts as done once rows may be gone.
    await new LoadLedger(this.#tables.objects, table).forget();
    await this.#tables.drop({ schema: 'domain', physical: table });
  }

  expose(entries: TableEntry[]): Promise<void> {
    return expose(this.#tables, entries);
  }

  /** Nothing stays open between statements. */
  async close(): Promise<void> {}
}
