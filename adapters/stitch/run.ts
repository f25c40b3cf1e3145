import type { StitchReport, StitchTable } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import type { Records } from '../../core/stitch/cleaning/standardise.ts';
import type { Crew } from '../../core/stitch/crew.ts';
import type { RunStamp } from '../../core/stitch/ids/changes.ts';
import type { StitchModel } from '../../core/stitch/model/model.ts';
import { outputSql } from '../../core/stitch/outputs.ts';
import type { StitchRequest } from '../../core/stitch/port.ts';
import { sharedWarnings } from '../../core/stitch/quality/warnings.ts';
import { collapseAll } from '../../core/stitch/records/duplicates.ts';
import { type Label, type Labels, labelSql } from '../../core/stitch/records/labels.ts';
import { type Shape, tagsOf } from '../../core/stitch/records/shape.ts';
import { type Resolution, resolve } from '../../core/stitch/resolve.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { writeClean } from './clean.ts';
import { idEvents, jitterOf } from './id-events.ts';
import type { KeptModel } from './kept-model.ts';
import type { LastRun } from './last-run.ts';
import { writeScored } from './pairs.ts';
import { type Prepared, prepare, readRecords, recordsIn, size } from './prepare.ts';
import { follow, identifyAll, publish, summary } from './publish.ts';
import type { Stages } from './stages.ts';
import { readShared, trainedBy, writeModel, writeState } from './state.ts';

/** What a run is about, beside its request. */
export interface Run {
  session: DuckDbSession;
  request: StitchRequest;
  stages: Stages;
  crew: Crew;
  shape: Shape;
  input: StitchModel['input'];
  last: LastRun | undefined;
  model: KeptModel | undefined;
  /** Why a model is trained, where there is none to decide by. */
  trains?: string | undefined;
}

/** What of a run its tables are made by, whichever form it has. */
export interface Published extends Pick<Run, 'session' | 'shape' | 'input' | 'last'> {
  request: Omit<StitchRequest, 'records'>;
  model: Pick<KeptModel, 'known'> | undefined;
}

/** All records to people. Undefined when the records have outgrown the model of the last run. */
export async function run(run: Run): Promise<(StitchReport & { files: string[] }) | undefined> {
  const { session, request, stages, crew, shape } = run;
  const tagged = await stages.run('read', () => readRecords(session, crew, recordsIn(request.records), tagsOf(shape)));
  const { found } = await resolveAll(run, tagged, (prepared) => writeClean(session, prepared, shape, request.settings));
  if (found === undefined) return undefined;
  const files = await stages.run('publish', async () => {
    await follow(session);
    await writeScored(session, found.collapsed.profiles, found.judged);
    return published(run, found);
  });
  const { people, ...counts } = await summary(session);
  const records = tagged.size;
  const { jitter, warnings } = await jitterOf(session, records, run.last);
  return {
    ...toldOf(found),
    model: run.model ? trainedBy(run.model.known) : { trained_by: request.runId, why: run.trains },
    ...{ records, people, ...counts, files, touched_records: records, jitter },
    warnings: [...found.warnings, ...warnings, ...trainedAnew(run)],
    seconds: stages.seconds,
    dedupe_rate: dedupeRate(records, people),
  };
}

const nothing = async (): Promise<void> => undefined;

/** A new model may move people for reasons that no record shows. */
export const trainedAnew = ({ last, trains }: Pick<Run, 'last' | 'trains'>): string[] =>
  last && trains !== undefined ? [`a new model was trained: ${trains}`] : [];

/** All records to ids, from their tagged columns. `meanwhile` is done while a hand finds which records are alike. */
export async function resolveAll(
  run: Run,
  tagged: Records,
  meanwhile: (prepared: Prepared) => Promise<void> = nothing,
) {
  const { session, request, stages, crew, shape } = run;
  const known = run.model && (await readShared(session, run.model.folder));
  const prepared = await stages.run('standardise', () => prepare(crew, tagged, shape, request.settings, known));
  const found = await resolveRecords(run, prepared.records, { meanwhile: () => meanwhile(prepared) });
  found?.warnings.push(...sharedWarnings(prepared.shared, tagged.size));
  return { prepared, found };
}

/** Percent of the records that are not the only one of their person. */
export const dedupeRate = (records: number, people: number): number =>
  records === 0 ? 0 : Math.round((10_000 * (records - people)) / records) / 100;

/** What a report tells of a resolution. */
export const toldOf = ({ judged, links, warnings, blocking, leftOut, missed, cleanSources }: Resolution) => ({
  ...{ pairs: judged[0].pairs.a.length, matches: links.a.length },
  ...{ warnings, blocking, blocking_left_out: leftOut, missed, clean_sources: [...cleanSources] },
});

/** Clean records to ids. Undefined when the records have outgrown the model of the last run. */
export async function resolveRecords(
  run: Run,
  records: Records,
  {
    meanwhile = nothing,
    identify = (found) => identifyAll(run.session, run.request.tenant, found.assigned, run.last),
  }: { meanwhile?: () => Promise<void>; identify?: (found: Resolution) => Promise<void> },
): Promise<Resolution | undefined> {
  const { session, request, stages, crew, shape, input, model } = run;
  const { settings } = request;
  const labels = await readLabels(session, settings);
  const known = model && { model: model.known, frozen: await model.frozen(session) };
  const [collapsed] = await stages.run('collapse', () =>
    Promise.all([collapseAll(crew, records, labels), meanwhile()]),
  );
  const found = await resolve(
    { records, collapsed, labels, shape, settings, known, input },
    {
      stage: (name, work) => stages.run(name, work),
      counted: (pairs) => request.counted?.({ records: records.size, pairs }),
    },
    crew,
  );
  if (found !== undefined) await stages.run('identify', () => identify(found));
  return found;
}

/** What people said about records, by their numbers. */
export async function readLabels(session: DuckDbSession, settings: StitchRequest['settings']): Promise<Labels> {
  await session.run('stitch: label', labelSql(settings));
  const rows = await session.rows<Label & { rid: number }>(
    'stitch: labels',
    'SELECT rid, label, "partition" FROM label ORDER BY ALL',
  );
  const labels = new Map<number, Label[]>();
  for (const { rid, label, partition } of rows) labels.set(rid, [...(labels.get(rid) ?? []), { label, partition }]);
  return labels;
}

/** The query behind each published table of a run. */
export function queriesOf(
  { request, shape, last }: Published,
  stamp: RunStamp,
  newEvents: string,
): Record<StitchTable, string> {
  const [changes, events] = [last?.table('unified_changes_pks'), last?.has('id_events') && last.table('id_events')];
  return outputSql(shape, request.settings.threshold, stamp, { changes, events: events || undefined, newEvents });
}

export const stampOf = ({ runId, asOf, settings }: Pick<StitchRequest, 'runId' | 'asOf' | 'settings'>): RunStamp => ({
  runId,
  asOf,
  historyDays: settings.history_days,
});

/** Where a model comes from that this run trains. */
export const originOf = ({ runId, asOf }: Pick<StitchRequest, 'runId' | 'asOf'>): StitchModel['origin'] => ({
  run: runId,
  since: asOf,
});

/** Writes the tables and the state of a run, once `clean`, `scored` and who everybody is are there; gives the names of their files. */
export async function published(
  run: Published,
  { model, frozen }: Pick<Resolution, 'model' | 'frozen'>,
): Promise<string[]> {
  const { session, request, input } = run;
  await refuseLoss(session);
  const stamp = stampOf(request);
  const newEvents = await idEvents(run, stamp, run.last?.table('unified_preprocessed_raw'));
  const tables = await publish(session, queriesOf(run, stamp, newEvents), request.outFolder);
  const state = await writeState(session, frozen, request.outFolder);
  const origin = run.model ? model.origin : originOf(request);
  return [...tables, ...state, await writeModel({ ...model, ...(origin && { origin }), input }, request.outFolder)];
}

/** Each record must have one id. */
export async function refuseLoss(session: DuckDbSession): Promise<void> {
  if ((await size(session, 'person')) === (await size(session, 'record'))) return;
  throw new InternalError('Stitch lost records on its way: each record must have one id');
}
