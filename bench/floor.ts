import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Feed } from '../core/contracts/sources.ts';
import type { ColumnType } from '../core/contracts/types.ts';
import { ident, text } from '../core/sql/quote.ts';
import { engineType } from '../core/sql/types.ts';
import type { BenchData } from './data.ts';
import { median } from './median.ts';
import { benchDocuments } from './tenant.ts';

/** Seconds of the least that any pipeline does: DuckDB reads the first delivery into the types of its feeds and writes Parquet. The median of three. */
export async function measureFloor(data: BenchData): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-floor-'));
  const seconds: number[] = [];
  try {
    for (let time = 0; time < 3; time++) {
      const instance = await DuckDBInstance.create(':memory:');
      const connection = await instance.connect();
      const started = performance.now();
      for (const { table, path } of data.deliveries[0]?.files ?? []) {
        await toParquet(connection, table, join(data.folder, path), join(folder, `${table}.parquet`));
      }
      seconds.push((performance.now() - started) / 1000);
      connection.closeSync();
      instance.closeSync();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  return median(seconds);
}

async function toParquet(connection: DuckDBConnection, table: string, from: string, to: string): Promise<void> {
  const feeds = benchDocuments.filter((document): document is Feed => document.id.startsWith('feed/'));
  const feed = feeds.find(({ source, name }) => `${source}_${name}` === table);
  const columns = feed?.fields.map(({ field, type }) => `${ident(field)}: ${text(narrow(type))}`) ?? [];
  await connection.run(
    `COPY (FROM read_csv(${text(from)}, header = true, columns = {${columns.join(', ')}})) TO ${text(to)} (FORMAT parquet)`,
  );
}

/** DuckDB reads 18 digits some seventy times faster than 38, so the floor, to be the least, takes those. */
const narrow = (type: ColumnType): string => engineType(type, 'duckdb').replace('DECIMAL(38,', 'DECIMAL(18,');
