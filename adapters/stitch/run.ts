import type { StitchReport, StitchTable } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import type { StitchRequest } from '../../core/ports.ts';
import type { RunStamp } from '../../core/stitch/changes.ts';
import { type Label, type Labels, labelSql } from '../../core/stitch/labels.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { outputSql } from '../../core/stitch/outputs.ts';
import { type Resolution, resolve } from '../../core/stitch/resolve.ts';
import { type Shape, tagsOf } from '../../core/stitch/shape.ts';
import type { Records } from '../../core/stitch/standardise.ts';
import { sharedWarnings } from '../../core/stitch/warnings.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { writeClean } from './clean.ts';
import { idEvents, jitterOf } from './id-events.ts';
import type { LastRun } from './last-run.ts';
import { writeScored } from './pairs.ts';
import { prepare, readRecords, recordsIn, size } from './prepare.ts';
import { follow, identifyAll, publish, summary } from './publish.ts';
import type { Stages } from './stages.ts';
import { readFrozen, readShared, writeModel, writeState } from './state.ts';

/** What a run is about, beside its request. */
export interface Run {
  session: DuckDbSession;
  request: StitchRequest;
  stages: Stages;
  shape: Shape;
  input: StitchModel['input'];
  last: LastRun | undefined;
  /** The last run's model to decide by; one is trained when there is none. */
  model: StitchModel | undefined;
}

/** All records to people. Undefined when the records have outgrown the model of the last run. */
export async function run(run: Run): Promise<(StitchReport & { files: string[] }) | undefined> {
  const { session, request, stages, shape } = run;
  const tagged = await stages.run('read', () => readRecords(session, recordsIn(request.records), tagsOf(shape)));
  const { prepared, found } = await resolveAll(run, tagged);
  if (found === undefined) return undefined;
  const files = await stages.run('publish', async () => {
    await follow(session);
    await writeClean(session, prepared, shape, request.settings);
    return published(run, found);
  });
  const { people, ...counts } = await summary(session);
  const records = prepared.records.size;
  const { jitter, warnings } = await jitterOf(session, records, run.last);
  return {
    ...toldOf(found),
    ...{ records, people, ...counts, files, jitter },
    warnings: [...found.warnings, ...warnings],
    seconds: stages.seconds,
    dedupe_rate: dedupeRate(records, people),
  };
}

/** All records to ids, from their tagged columns. */
export async function resolveAll(run: Run, tagged: Records) {
  const { session, request, stages, shape } = run;
  const known = run.model && run.last ? await readShared(session, run.last.folder) : undefined;
  const prepared = stages.step('standardise', () => prepare(tagged, shape, request.settings, known));
  const found = await resolveRecords(run, prepared.records);
  found?.warnings.push(...sharedWarnings(prepared.shared, tagged.size));
  return { prepared, found };
}

/** Percent of the records that are not the only one of their person. */
export const dedupeRate = (records: number, people: number): number =>
  records === 0 ? 0 : Math.round((10_000 * (records - people)) / records) / 100;

/** What a report tells of a resolution. */
export const toldOf = ({ judged, links, warnings, blocking }: Resolution) => ({
  ...{ pairs: judged[0].pairs.a.length, matches: links.a.length },
  ...{ warnings, blocking },
});

/** Clean records to ids. Undefined when the records have outgrown the model of the last run. */
export async function resolveRecords(
  run: Run,
  records: Records,
  identify = (found: Resolution) => identifyAll(run.session, run.request.tenant, found.assigned, run.last),
): Promise<Resolution | undefined> {
  const { session, request, stages, shape, input, model, last } = run;
  const { settings } = request;
  const labels = await readLabels(session, settings);
  const known = model && last ? { model, frozen: await readFrozen(session, last.folder) } : undefined;
  const found = resolve(
    { records, labels, shape, settings, known, input },
    {
      stage: (name, work) => stages.step(name, work),
      counted: (pairs) => request.counted?.({ records: records.size, pairs }),
    },
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
  { request, shape, last }: Run,
  stamp: RunStamp,
  newEvents: string,
): Record<StitchTable, string> {
  const [changes, events] = [last?.table('unified_changes_pks'), last?.has('id_events') && last.table('id_events')];
  return outputSql(shape, request.settings.threshold, stamp, { changes, events: events || undefined, newEvents });
}

export const stampOf = ({ runId, asOf, settings }: StitchRequest): RunStamp => ({
  runId,
  asOf,
  historyDays: settings.history_days,
});

/** Writes the tables and the state of a run; gives the names of their files. */
export async function published(
  run: Run,
  { collapsed, judged, model, frozen }: Pick<Resolution, 'collapsed' | 'judged' | 'model' | 'frozen'>,
): Promise<string[]> {
  const { session, request, input } = run;
  await refuseLoss(session);
  await writeScored(session, collapsed.profiles, judged);
  const stamp = stampOf(request);
  const newEvents = await idEvents(run, stamp, run.last?.table('unified_preprocessed_raw'));
  const tables = await publish(session, queriesOf(run, stamp, newEvents), request.outFolder);
  const state = await writeState(session, frozen, request.outFolder);
  return [...tables, ...state, await writeModel({ ...model, input }, request.outFolder)];
}

/** Each record must have one id. */
export async function refuseLoss(session: DuckDbSession): Promise<void> {
  if ((await size(session, 'person')) === (await size(session, 'record'))) return;
  throw new InternalError('Stitch lost records on its way: each record must have one id');
}
