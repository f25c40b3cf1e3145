import type { StitchSettings } from '../../core/contracts/customer360.ts';
import type { StitchReport, StitchTable } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import type { StitchRequest } from '../../core/ports.ts';
import { ALL_MEET, rulesOf } from '../../core/stitch/blocking.ts';
import { Blocks } from '../../core/stitch/blocks.ts';
import type { RunStamp } from '../../core/stitch/changes.ts';
import type { Comparison, Context } from '../../core/stitch/comparisons/comparison.ts';
import { comparisonsOf } from '../../core/stitch/comparisons/registry.ts';
import { type Decision, decider } from '../../core/stitch/decide.ts';
import { compareMet, drawn, scoresOf, seen } from '../../core/stitch/matching.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { nicknames } from '../../core/stitch/nicknames.ts';
import { outputSql } from '../../core/stitch/outputs.ts';
import { Comparer } from '../../core/stitch/patterns.ts';
import type { Profiles } from '../../core/stitch/profiles.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import { type Frozen, settingsHash } from '../../core/stitch/state.ts';
import { type Seen, train } from '../../core/stitch/train.ts';
import { agreements, bandsOf, commonValues } from '../../core/stitch/values.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { LastRun } from './last-run.ts';
import { addScored, makeScored, readProfiles } from './pairs.ts';
import { cluster, findCleanSources, linksOf, type Matched, readLabels } from './people.ts';
import { cleanse, collapse, size, standardise } from './prepare.ts';
import { identifyAll, publish, summary } from './publish.ts';
import type { Stages } from './stages.ts';
import { readFrozen, writeModel, writeState } from './state.ts';

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
  const { session, stages } = run;
  const found = await resolveAll(run);
  if (found === undefined) return undefined;
  const { model, frozen: state, matched: _, ...resolved } = found;
  const files = await stages.run('publish', () => published(run, model, state));
  const { people, ...counts } = await summary(session);
  const records = await size(session, 'record');
  return {
    ...resolved,
    records,
    people,
    ...counts,
    files,
    seconds: stages.seconds,
    dedupe_rate: dedupeRate(records, people),
  };
}

/** All records from the beginning to table `person`. */
export async function resolveAll(run: Run): Promise<Resolved | undefined> {
  const { session, request, stages, shape, last } = run;
  await stages.run('standardise', () => standardise(session, request.records, shape, request.settings));
  await stages.run('cleanse', () => cleanse(session, shape, request.settings, frozenFolder(run)));
  return resolve(run, () => identifyAll(session, request.tenant, last));
}

/** Percent of the records that are not the only one of their person. */
export const dedupeRate = (records: number, people: number): number =>
  records === 0 ? 0 : Math.round((10_000 * (records - people)) / records) / 100;

const frozenFolder = ({ model, last }: Run) => (model === undefined ? undefined : last?.folder);

/** What a run decided by, and what it found on the way. */
export type Resolved = Pick<StitchReport, 'pairs' | 'matches' | 'warnings' | 'blocking'> & {
  model: StitchModel;
  frozen: Frozen;
  matched: Matched & { decide: (levels: Uint8Array) => Decision };
};

/** Clean records to people: table `person`. Undefined when the records have outgrown the model of the last run. */
export async function resolve(run: Run, identify: () => Promise<void>): Promise<Resolved | undefined> {
  const { session, request, stages, shape, last } = run;
  const { settings } = request;
  const comparisons = comparisonsOf(shape);
  const known = run.model && last ? await readFrozen(session, last.folder) : undefined;
  const records = await size(session, 'record');
  const profiles = await stages.run('collapse', async () => {
    await collapse(session, shape, settings);
    return readProfiles(session, shape);
  });
  const few = run.model?.few ?? profiles.size <= ALL_MEET;
  const blocks = await stages.run('block', async () => new Blocks(profiles, rulesOf(shape, few), known?.blocks));
  if (blocks.outgrown) return undefined;
  request.progress?.('compare', 0, blocks.meetings);
  request.counted?.({ records, pairs: blocks.meetings });
  const context = contextOf(profiles, settings, known);
  const comparer = new Comparer(comparisons, context);
  const pairs = await stages.run('compare', async () => compareMet(comparer, blocks));
  const model =
    run.model ??
    (await stages.run('train', async () =>
      trained(run, comparisons, context, seen(comparer.patterns, pairs.pattern), records),
    ));
  const decide = decider(comparisons, model, settings.key_priority);
  const scores = scoresOf(comparer.patterns, decide);
  const labels = await readLabels(session, profiles);
  const links = linksOf({ pairs, scores }, Math.round(settings.threshold * 100), labels);
  if (run.model === undefined) model.cleanSources = await findCleanSources(session, profiles, links);
  const matched = { profiles, comparisons, comparer, pairs, scores };
  const warnings = await stages.run('cluster', async () => {
    await makeScored(session);
    await addScored(session, profiles, pairs, scores, false);
    return cluster(session, { matched, model, settings, links, labels, decide });
  });
  await stages.run('identify', identify);
  const frozen = known ?? { values: commonValues(profiles, shape), blocks: blocks.oversized };
  const counts = { pairs: pairs.a.length, matches: links.a.length };
  return { model, frozen, matched: { ...matched, decide }, ...counts, warnings, blocking: blocks.report };
}

export const contextOf = (profiles: Profiles, settings: StitchSettings, frozen: Frozen | undefined): Context => ({
  profiles,
  nicknames: nicknames(settings),
  bands: bandsOf(profiles, frozen?.values),
});

function trained(
  { request, shape, input }: Run,
  comparisons: readonly Comparison[],
  context: Context,
  candidates: Seen,
  records: number,
): StitchModel {
  const { profiles } = context;
  const counts = { profiles: profiles.size, records };
  const priority = request.settings.key_priority;
  const found = {
    comparisons,
    candidates,
    random: drawn(comparisons, context),
    agreements: agreements(profiles, shape),
  };
  return {
    version: 2,
    columns: [...shape.columns].sort(),
    settings: settingsHash(request.settings),
    ...counts,
    input,
    ...train({ ...found, profiles: profiles.size, priority }),
    few: profiles.size <= ALL_MEET,
    cleanSources: [],
  };
}

/** The query behind each published table of a run. */
export function queriesOf({ request, shape, last }: Run, stamp: RunStamp): Record<StitchTable, string> {
  const earlier = last?.table('unified_changes_pks');
  return outputSql(shape, request.settings.threshold, stamp, earlier);
}

export const stampOf = ({ runId, asOf, settings }: StitchRequest): RunStamp => ({
  runId,
  asOf,
  historyDays: settings.history_days,
});

async function published(run: Run, model: StitchModel, frozen: Frozen): Promise<string[]> {
  const { session, request, input } = run;
  await refuseLoss(session);
  const tables = await publish(session, queriesOf(run, stampOf(request)), request.outFolder);
  const state = await writeState(session, frozen, request.outFolder);
  return [...tables, ...state, await writeModel({ ...model, input }, request.outFolder)];
}

/** Each record must have one id. */
export async function refuseLoss(session: DuckDbSession): Promise<void> {
  if ((await size(session, 'person')) === (await size(session, 'record'))) return;
  throw new InternalError('Stitch lost records on its way: each record must have one id');
}
