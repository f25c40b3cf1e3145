import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoveredFeed } from '../../core/contracts/discover.ts';
import type { FileCounts } from '../../core/contracts/loads.ts';
import type { FileReader, FileReadRequest } from '../../core/feeds/port.ts';
import { DuckDbSession, type SessionOptions } from '../sql/duckdb/session.ts';
import { discoverFile } from './discover.ts';
import { readFeedFile } from './load.ts';

export interface FileReaderOptions {
  /** Threads of the engine. @default all cores */
  threads?: number;
  /** Such as `1500MB`; beyond it the engine spills. */
  memoryLimit?: string;
  /** Where the engine spills and files are decompressed. @default the folder that is written to */
  spillFolder?: string;
}

/** Reads files with a DuckDB in memory of each reading's own. */
export function createFileReader(options: FileReaderOptions = {}): FileReader {
  return {
    async read(request: FileReadRequest): Promise<FileCounts> {
      await mkdir(request.outFolder, { recursive: true });
      return working(options.spillFolder ?? request.outFolder, options, request.signal, (work) =>
        readFeedFile({ ...request, ...work }),
      );
    },
    async discover(path, name, { signal = new AbortController().signal, ...known } = {}): Promise<DiscoveredFeed> {
      return working(options.spillFolder ?? tmpdir(), options, signal, (work) =>
        discoverFile({ path, name, ...known, signal, ...work }),
      );
    },
  };
}

interface Work {
  session: DuckDbSession;
  /** Of sessions beside `session`. */
  sessionOptions: SessionOptions;
  workFolder: string;
}

/** A work folder and an engine for one reading; both are gone after it. */
async function working<T>(
  parent: string,
  options: FileReaderOptions,
  signal: AbortSignal,
  task: (work: Work) => Promise<T>,
): Promise<T> {
  await mkdir(parent, { recursive: true });
  const workFolder = await mkdtemp(join(parent, 'reading-'));
  const sessionOptions = { ...options, spillFolder: workFolder, signal };
  const session = await DuckDbSession.open(sessionOptions);
  try {
    return await task({ session, sessionOptions, workFolder });
  } finally {
    session.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}
