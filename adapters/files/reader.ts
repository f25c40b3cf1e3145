import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileCounts } from '../../core/contracts/loads.ts';
import type { FileReader, FileReadRequest } from '../../core/ports.ts';
import { DuckDbSession } from '../sql/duckdb-session.ts';
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
      const workFolder = await makeWorkFolder(options.spillFolder ?? request.outFolder);
      const sessionOptions = { ...options, spillFolder: workFolder, signal: request.signal };
      const session = await DuckDbSession.open(sessionOptions);
      try {
        return await readFeedFile({ ...request, session, sessionOptions, workFolder });
      } finally {
        session.close();
        await rm(workFolder, { recursive: true, force: true });
      }
    },
    async discover() {
      throw new Error('not yet');
    },
  };
}

async function makeWorkFolder(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true });
  return mkdtemp(join(parent, 'reading-'));
}
