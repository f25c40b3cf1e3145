import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import { InternalError, InvalidInput } from '../../core/errors.ts';
import type { StitchEngine, StitchRequest } from '../../core/ports.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { settingsHash } from '../../core/stitch/state.ts';
import { DuckDbSession } from '../sql/duckdb-session.ts';
import { countRecords, readShape } from './prepare.ts';
import { run } from './run.ts';
import { Stages } from './stages.ts';
import { fingerprint, fits, readModel, repeat } from './state.ts';

export interface StitchEngineOptions {
  threads?: number;
  memoryLimit?: string;
  spillFolder?: string;
}

type Result = StitchReport & { files: string[] };

/**
 * Stitch on one machine: DuckDB in memory, from the Parquet of the records to those of the results. With the folder of a
 * previous run it keeps that run's model and ids; it trains a model when there is none or the records have outgrown it.
 */
export function createStitchEngine(options: StitchEngineOptions = {}): StitchEngine {
  return {
    async run(request) {
      refuseOverwriting(request);
      await mkdir(request.outFolder, { recursive: true });
      const previous = await readModel(request.previous);
      const result = (await attempt(options, request, previous)) ?? (await retrained(options, request));
      const { files, ...report } = result;
      await writeFile(join(request.outFolder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
      return { ...report, files: [...files, 'report.json'].sort() };
    },
  };
}

/** The last run's files are read while this one's are written, and may be shared by both. */
function refuseOverwriting({ previous, outFolder }: StitchRequest): void {
  if (previous === undefined || resolve(previous) !== resolve(outFolder)) return;
  throw new InvalidInput(
    `a Stitch run can not write over the last run's folder ${outFolder}: expected a folder of its own`,
  );
}

/** One pass in a database of its own; undefined when the model no longer serves. */
async function attempt(
  options: StitchEngineOptions,
  request: StitchRequest,
  previous: StitchModel | undefined,
): Promise<Result | undefined> {
  const session = await DuckDbSession.open({ ...options, signal: request.signal });
  try {
    // Results are sets, numbered by their own keys: keeping rows in order would only cost memory.
    await session.run('stitch: order', 'SET preserve_insertion_order = false');
    const stages = new Stages(request.progress);
    const shape = await readShape(session, request.records);
    const mark = await stages.run('look', () => fingerprint(session, request.records, shape, request.settings));
    if (request.previous !== undefined && previous?.fingerprint === mark)
      return await repeat(session, request.previous, request.outFolder);
    const records = await countRecords(session, request.records);
    const model = previous && fits(previous, shape, settingsHash(request.settings), records) ? previous : undefined;
    return await run({ session, request, stages, shape, fingerprint: mark, model });
  } finally {
    session.close();
  }
}

async function retrained(options: StitchEngineOptions, request: StitchRequest): Promise<Result> {
  const result = await attempt(options, request, undefined);
  if (result === undefined) throw new InternalError('Stitch can not outgrow a model that it has just trained');
  return {
    ...result,
    warnings: [...result.warnings, 'blocks outgrew the model of the last run: a new one was trained'],
  };
}
