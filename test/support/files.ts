import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFileReader } from '../../adapters/files/reader.ts';
import { DuckDbSession, type Row } from '../../adapters/sql/duckdb/session.ts';
import type { DiscoveredFeed } from '../../core/contracts/discover.ts';
import type { FileCounts } from '../../core/contracts/loads.ts';
import { Feed } from '../../core/contracts/sources.ts';
import type { FileReadRequest } from '../../core/feeds/port.ts';
import { text } from '../../core/sql/quote.ts';

export const reader = createFileReader({ threads: 2, memoryLimit: '1GB' });

/** A feed from `field:Type` words; the first field is its key. */
export function feedOf(fields: string, overrides: Partial<Feed> = {}): Feed {
  const parsed = fields.split(',').map((word) => {
    const [field = '', type = 'String'] = word.split(':');
    return { field, type };
  });
  return Feed.parse({
    id: 'feed/test',
    source: 'test',
    name: 'test',
    fields: parsed,
    primary_key: [parsed[0]?.field],
    error_threshold: 100,
    ...overrides,
  });
}

export interface ReadFile {
  counts: FileCounts;
  staged: Row[];
  quarantine: Row[];
}

/** A temporary folder to read files in. */
export class FileBench {
  readonly folder: string;
  /** Looks into what was made of the files. */
  readonly #session: DuckDbSession;

  private constructor(folder: string, session: DuckDbSession) {
    this.folder = folder;
    this.#session = session;
  }

  static async open(): Promise<FileBench> {
    return new FileBench(await mkdtemp(join(tmpdir(), 'files-')), await DuckDbSession.open({ threads: 1 }));
  }

  async write(name: string, content: string | Uint8Array): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  /** What a file of this content is taken for. */
  async discover(name: string, content: string | Uint8Array): Promise<DiscoveredFeed> {
    return reader.discover(await this.write(name, content), name, { source: 'shop' });
  }

  /** Reads a file of this content and gives what came out. */
  async read(
    name: string,
    content: string | Uint8Array,
    feed: Feed,
    request: Partial<FileReadRequest> = {},
  ): Promise<ReadFile> {
    const path = await this.write(name, content);
    const outFolder = join(this.folder, `${name}.out`);
    const counts = await reader.read({
      path,
      name,
      format: { type: 'csv' },
      feed,
      timeZone: 'UTC',
      generatedUpdated: 7n,
      outFolder,
      signal: new AbortController().signal,
      ...request,
    });
    return {
      counts,
      staged: await this.#rowsOf(join(outFolder, 'staged.parquet')),
      quarantine: await this.quarantine(name),
    };
  }

  async quarantine(name: string): Promise<Row[]> {
    return this.#rowsOf(join(this.folder, `${name}.out`, 'quarantine.parquet'));
  }

  /** The rows of a Parquet file; dates and times as text. */
  async #rowsOf(path: string): Promise<Row[]> {
    const columns = await this.#session.rows<{ column_name: string; column_type: string }>(
      'columns',
      `DESCRIBE SELECT * FROM read_parquet(${text(path)})`,
    );
    const shown = columns.map(({ column_name, column_type }) =>
      /DATE|TIMESTAMP|DECIMAL/.test(column_type)
        ? `CAST("${column_name}" AS VARCHAR) AS "${column_name}"`
        : `"${column_name}"`,
    );
    const rows = await this.#session.rows('rows', `SELECT ${shown.join(', ')} FROM read_parquet(${text(path)})`);
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [key, typeof value === 'bigint' ? Number(value) : value]),
      ),
    );
  }

  async close(): Promise<void> {
    this.#session.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
