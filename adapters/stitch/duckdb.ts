import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { StitchReport } from '../../core/contracts/stitch.ts';
import { InternalError, InvalidInput, ModelOutdated } from '../../core/errors.ts';
import { alone } from '../../core/stitch/crew.ts';
import { misfit, since, TRAINS_OUTGROWN, trainsFirst, UNREADABLE } from '../../core/stitch/model/fit.ts';
import type { StitchModel } from '../../core/stitch/model/model.ts';
import { inputHash, settingsHash } from '../../core/stitch/model/state.ts';
import type { SpreadStitch, StitchEngine, StitchRequest } from '../../core/stitch/port.ts';
import { labelDifference } from '../../core/stitch/records/labels.ts';
import type { Shape } from '../../core/stitch/records/shape.ts';
import { DuckDbSession } from '../sql/duckdb/session.ts';
import { runChanges } from './changes.ts';
import { type HandScript, withCrew } from './crew.ts';
import { concludeSpread } from './distributed/conclude.ts';
import { stitchPieces } from './distributed/pieces.ts';
import { KeptModel } from './kept-model.ts';
import { LastRun } from './last-run.ts';
import { tellingLostLabels } from './lost-labels.ts';
import { readShape, recordsIn, size } from './prepare.ts';
import { repeat } from './repeat.ts';
import { run } from './run.ts';
import { Stages } from './stages.ts';
import { fingerprint, readModel } from './state.ts';
import { tryModel } from './trial.ts';

export interface StitchEngineOptions {
  threads?: number;
  memoryLimit?: string;
  spillFolder?: string;
  /** Has parts of the work done on other processors; without it this thread does all. */
  hand?: HandScript;
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
    async tryModel(request) {
      refuseOverwriting(request);
      await mkdir(request.outFolder, { recursive: true });
      return trial(options, request, await LastRun.open(request.previous));
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
  ...stitchPieces(engineOf(options)),
  async conclude(request) {
    refuseOverwriting(request);
    await mkdir(request.outFolder, { recursive: true });
    const last = request.previous === undefined ? undefined : await LastRun.open(request.previous);
    const concluded = (session: DuckDbSession, stages: Stages) =>
      withCrew(options.hand, request.plan.records, (crew) => concludeSpread({ session, request, stages, crew, last }));
    return reported(request, await runInSession(options, request, concluded));
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
  const result = await attempt(options, request, last, await keptModel(request, last));
  if (result !== undefined) return result;
  const again = await attempt(options, request, last, undefined, TRAINS_OUTGROWN);
  if (again === undefined) throw new InternalError('Stitch can not outgrow a model that it has just trained');
  return again;
}

/** The model that was accepted, else that of the last run. */
async function keptModel({ model }: StitchRequest, last: LastRun | undefined): Promise<KeptModel | undefined> {
  const folder = model?.folder ?? last?.folder;
  const known = model ? await readModel(model.folder) : await last?.model();
  if (folder === undefined || known === undefined) return undefined;
  return new KeptModel(since(known, model?.since), folder);
}

/** One pass over all records, in a database of its own; undefined when they have outgrown the model. `why` there is none to keep. */
function attempt(
  options: StitchEngineOptions,
  request: StitchRequest,
  last: LastRun | undefined,
  kept: KeptModel | undefined,
  why = trainsFirst(last !== undefined),
) {
  return runInSession(options, request, async (session, stages) => {
    const known = kept?.known;
    const shape = await readShape(session, request.records, known?.columns);
    const input = await inputOf(request, session, stages, shape);
    const adopts = request.model !== undefined;
    if (last && known && !adopts && known.input.records === input.records && sameSettings(known.input, input))
      return repeat(session, last, known, request.outFolder);
    const records = await size(session, recordsIn(request.records));
    const present = { columns: shape.columns, settings: settingsHash(request.settings), records };
    const unfit = known === undefined ? why : misfit(known, present);
    const model = unfit === undefined ? kept : undefined;
    return withCrew(options.hand, records, (crew) =>
      run({ session, request, stages, crew, shape, input, last, model, trains: unfit }),
    );
  });
}

async function inputOf({ records, settings }: StitchRequest, session: DuckDbSession, stages: Stages, shape: Shape) {
  const print = await stages.run('look', () => fingerprint(session, records, shape));
  return { records: print, settings: inputHash(settings), labels: settings.labels };
}

/** One pass over all records by the model that is given, or by one of their own, to tell what it would change. */
function trial(options: StitchEngineOptions, request: StitchRequest, last: LastRun) {
  return inSession(options, request, async (session, stages) => {
    const model = request.model && (await keptModel(request, last));
    const shape = await readShape(session, request.records, model?.known.columns);
    const input = await inputOf(request, session, stages, shape);
    const records = await size(session, recordsIn(request.records));
    const present = { columns: shape.columns, settings: settingsHash(request.settings), records };
    const unfit = request.model && (model ? misfit(model.known, present) : UNREADABLE);
    if (unfit !== undefined) throw new ModelOutdated(`the model can't be gone back to: ${unfit}`);
    return withCrew(options.hand, records, (crew) =>
      tryModel({ session, request, stages, crew, shape, input, last, model }),
    );
  });
}

const sameSettings = (one: StitchModel['input'], other: StitchModel['input']) =>
  one.settings === other.settings && labelDifference(one.labels, other.labels).length === 0;

/** One pass over the records that changed; undefined when all are needed. */
function overChanges(options: StitchEngineOptions, request: StitchRequest, last: LastRun) {
  return runInSession(options, request, async (session, stages) => {
    const known = await last.model();
    if (known?.input.settings !== inputHash(request.settings)) return undefined;
    const shape = await readShape(session, request.records, known.columns);
    const { labels } = request.settings;
    const input = { records: null, settings: known.input.settings, labels };
    const model = new KeptModel(known, last.folder);
    return runChanges({ session, request, stages, crew: alone, shape, input, last, model });
  });
}

/** A run, with what is to be told of its labels. */
function runInSession<T extends Result | undefined>(
  options: StitchEngineOptions,
  request: Pick<StitchRequest, 'signal' | 'progress' | 'settings' | 'outFolder'>,
  work: (session: DuckDbSession, stages: Stages) => Promise<T>,
): Promise<T> {
  const telling = async (session: DuckDbSession, stages: Stages) =>
    tellingLostLabels(session, request, await work(session, stages));
  return inSession(options, request, telling);
}

async function inSession<T>(
  options: StitchEngineOptions,
  request: Pick<StitchRequest, 'signal' | 'progress'>,
  work: (session: DuckDbSession, stages: Stages) => Promise<T>,
): Promise<T> {
  const session = await DuckDbSession.open({ ...engineOf(options), signal: request.signal });
  try {
    // Results are sets, numbered by their own keys: keeping rows in order would only cost memory.
    await session.run('stitch: order', 'SET preserve_insertion_order = false');
    return await work(session, new Stages(request.progress));
  } finally {
    session.close();
  }
}

const engineOf = ({ hand: _, ...engine }: StitchEngineOptions): Omit<StitchEngineOptions, 'hand'> => engine;
