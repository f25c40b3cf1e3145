import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import { InternalError, InvalidInput } from '../../core/errors.ts';
import type { SpreadStitch, StitchEngine, StitchRequest } from '../../core/ports.ts';
import { labelDifference } from '../../core/stitch/labels.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { inputHash, settingsHash } from '../../core/stitch/state.ts';
import { DuckDbSession } from '../sql/duckdb/session.ts';
import { runChanges } from './changes.ts';
import { concludeSpread } from './distributed/conclude.ts';
import { stitchPieces } from './distributed/pieces.ts';
import { LastRun } from './last-run.ts';
import { readShape, recordsIn, size } from './prepare.ts';
import { run } from './run.ts';
import { Stages } from './stages.ts';
import { fingerprint, fits, repeat } from './state.ts';

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
      const last = request.previous === undefined ? undefined : await LastRun.open(request.previous);
      return reported(request, await overAll(options, request, last));
    },
    async runChanges(request) {
      refuseOverwriting(request);
      await mkdir(request.outFolder, { recursive: true });
      const result = await overChanges(options, request, await LastRun.open(request.previous));
      return result && reported(request, result);
    },
  };
}

/** The same over many machines: the pieces of a run, each in a database of its own, and what is concluded of them. */
export const createSpreadStitch = (options: StitchEngineOptions = {}): SpreadStitch => ({
  ...stitchPieces(options),
  async conclude(request) {
    refuseOverwriting(request);
    await mkdir(request.outFolder, { recursive: true });
    const last = request.previous === undefined ? undefined : await LastRun.open(request.previous);
    const concluded = (session: DuckDbSession, stages: Stages) => concludeSpread({ session, request, stages, last });
    return reported(request, await inSession(options, request, concluded));
  },
});

async function reported(
  { outFolder }: Pick<StitchRequest, 'outFolder'>,
  { files, ...report }: Result,
): Promise<Result> {
  await writeFile(join(outFolder, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  return { ...report, files: [...files, 'report.json'].sort() };
}

/** The last run's files are read while this one's are written, and may be shared by both. */
function refuseOverwriting({ previous, outFolder }: Pick<StitchRequest, 'previous' | 'outFolder'>): void {
  if (previous === undefined || resolve(previous) !== resolve(outFolder)) return;
  throw new InvalidInput(
    `a Stitch run can not write over the last run's folder ${outFolder}: expected a folder of its own`,
  );
}

async function overAll(options: StitchEngineOptions, request: StitchRequest, last?: LastRun): Promise<Result> {
  const result = await attempt(options, request, last, true);
  if (result !== undefined) return result;
  const again = await attempt(options, request, last, false);
  if (again === undefined) throw new InternalError('Stitch can not outgrow a model that it has just trained');
  const warning = 'blocks outgrew the model of the last run: a new one was trained';
  return { ...again, warnings: [...again.warnings, warning] };
}

/** One pass over all records, in a database of its own; undefined when the last run's model no longer serves. */
function attempt(options: StitchEngineOptions, request: StitchRequest, last: LastRun | undefined, keepModel: boolean) {
  return inSession(options, request, async (session, stages) => {
    const known = keepModel ? await last?.model() : undefined;
    const shape = await readShape(session, request.records, known?.columns);
    const records = await stages.run('look', () => fingerprint(session, request.records, shape));
    const input = { records, settings: inputHash(request.settings), labels: request.settings.labels };
    if (last && known?.input.records === records && sameSettings(known.input, input))
      return repeat(session, last, known, request.outFolder);
    const rows = await size(session, recordsIn(request.records));
    const model = known && fits(known, shape, settingsHash(request.settings), rows) ? known : undefined;
    return run({ session, request, stages, shape, input, last, model });
  });
}

const sameSettings = (one: StitchModel['input'], other: StitchModel['input']) =>
  one.settings === other.settings && labelDifference(one.labels, other.labels).length === 0;

/** One pass over the records that changed; undefined when all are needed. */
function overChanges(options: StitchEngineOptions, request: StitchRequest, last: LastRun) {
  return inSession(options, request, async (session, stages) => {
    const model = await last.model();
    if (model?.input.settings !== inputHash(request.settings)) return undefined;
    const shape = await readShape(session, request.records, model.columns);
    const { labels } = request.settings;
    const input = { records: null, settings: model.input.settings, labels };
    return runChanges({ session, request, stages, shape, input, last, model });
  });
}

async function inSession<T>(
  options: StitchEngineOptions,
  request: Pick<StitchRequest, 'signal' | 'progress'>,
  work: (session: DuckDbSession, stages: Stages) => Promise<T>,
): Promise<T> {
  const session = await DuckDbSession.open({ ...options, signal: request.signal });
  try {
    // Results are sets, numbered by their own keys: keeping rows in order would only cost memory.
    await session.run('stitch: order', 'SET preserve_insertion_order = false');
    return await work(session, new Stages(request.progress));
  } finally {
    session.close();
  }
}
