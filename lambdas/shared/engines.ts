import { createFileReader } from '../../adapters/files/reader.ts';
import type { ParquetFiles } from '../../adapters/sql/lake/files.ts';
import { DuckDbParquetFiles } from '../../adapters/sql/lake/parquet-files.ts';
import { createSpreadStitch, createStitchEngine } from '../../adapters/stitch/duckdb.ts';
import type { ObjectStore, Services } from '../../core/ports.ts';
import type { SpreadStitch } from '../../core/stitch/port.ts';
import { engineMemory } from './place.ts';

/** What DuckDB does in a function. */
export interface Engines extends Pick<Services, 'files' | 'stitch'> {
  spread: SpreadStitch;
  /** Opens Parquet objects of a store. */
  parquet: (objects: ObjectStore) => ParquetFiles;
}

/** DuckDB in this process, spilling to a folder. Only functions that carry its binding import this. */
export function openEngines(spillFolder: string): Engines {
  const options = { spillFolder, memoryLimit: engineMemory() };
  const hand = { script: new URL('./hand.mjs', import.meta.url) };
  return {
    files: createFileReader(options),
    stitch: createStitchEngine({ ...options, hand }),
    spread: createSpreadStitch({ ...options, hand }),
    parquet: (objects) => new DuckDbParquetFiles(objects, spillFolder, options),
  };
}
