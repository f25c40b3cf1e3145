import type { StitchSettings } from '../../core/contracts/customer360.ts';
import type { StitchReport, StitchTable } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import type { StitchRequest } from '../../core/ports.ts';
import { rulesOf } from '../../core/stitch/blocking.ts';
import type { RunStamp } from '../../core/stitch/changes.ts';
import { comparisonsOf } from '../../core/stitch/comparisons.ts';
import { decider } from '../../core/stitch/decide.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { outputSql } from '../../core/stitch/outputs.ts';
import { type Layout, layoutOf } from '../../core/stitch/patterns.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import { settingsHash } from '../../core/stitch/state.ts';
import { type PatternCounts, train } from '../../core/stitch/train.ts';
import { agreementSql } from '../../core/stitch/values.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { LastRun } from './last-run.ts';
import { block, blockingReport, compare, metPairs, patternCounts, randomPatterns, score } from './pairs.ts';
import { cluster, findCleanSources, readLinks } from './people.ts';
import { cleanse, collapse, count, forget, size, standardise } from './prepare.ts';
import { identifyAll, publish, summary } from './publish.ts';
import type { Stages } from './stages.ts';
import { writeModel, writeState } from './state.ts';

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
  const { session, request, stages, shape, last } = run;
  const { settings } = request;
  const frozen = frozenFolder(run);
  await stages.run('standardise', () => standardise(session, request.records, shape, settings));
  await stages.run('cleanse', () => cleanse(session, shape, settings, frozen));
  const found = await resolve(run, () => identifyAll(session, request.tenant, last));
  if (found === undefined) return undefined;
  const { model, ...resolved } = found;
  const files = await stages.run('publish', () => published(run, model));
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

/** Percent of the records that are not the only one of their person. */
export const dedupeRate = (records: number, people: number): number =>
  records === 0 ? 0 : Math.round((10_000 * (records - people)) / records) / 100;

const frozenFolder = ({ model, last }: Run) => (model === undefined ? undefined : last?.folder);

/** What a run decided by, and what it found on the way. */
export type Resolved = Pick<StitchReport, 'pairs' | 'matches' | 'warnings' | 'blocking'> & { model: StitchModel };

/** Clean records to people: table `person`. Undefined when the records have outgrown the model of the last run. */
export async function resolve(run: Run, identify: () => Promise<void>): Promise<Resolved | undefined> {
  const { session, request, stages, shape } = run;
  const { settings } = request;
  const rules = rulesOf(shape);
  const layout = layoutOf(comparisonsOf(shape));
  const frozen = frozenFolder(run);
  const records = await size(session, 'record');
  const profiles = await stages.run('collapse', () => collapse(session, shape, settings));
  await stages.run('count', () => count(session, shape, frozen));
  if (!(await stages.run('block', () => block(session, rules, frozen)))) return undefined;
  await tellWork(run, records);
  const pairs = await stages.run('compare', () => compare(session, shape, layout));
  const patterns = await patternCounts(session, layout, 'pair');
  const model = run.model ?? (await stages.run('train', () => trained(run, layout, patterns, { profiles, records })));
  const decide = deciderOf(layout, model, settings);
  await stages.run('score', () => score(session, layout, 'pair', 'scored', patterns, decide));
  const links = await readLinks(session, Math.round(settings.threshold * 100));
  await forget(session, 'pair');
  if (run.model === undefined) model.cleanSources = await findCleanSources(session, records, links);
  const warnings = await stages.run('cluster', () => cluster(session, { layout, model, settings, records, links }));
  await forget(session, 'compared');
  await stages.run('identify', identify);
  return { model, pairs, matches: links.a.length, warnings, blocking: await blockingReport(session, rules) };
}

/** Says how many pairs are to be compared, before one is. */
async function tellWork({ session, request }: Run, records: number): Promise<void> {
  const pairs = await metPairs(session);
  request.progress?.('compare', 0, pairs);
  request.counted?.({ records, pairs });
}

export const deciderOf = (layout: Layout, model: StitchModel, settings: StitchSettings) =>
  decider(
    layout.fields.map((field) => field.comparison),
    model,
    settings.key_priority,
  );

async function trained(
  { session, request, shape, input }: Run,
  layout: Layout,
  candidates: PatternCounts,
  counts: { profiles: number; records: number },
): Promise<StitchModel> {
  const random = await randomPatterns(session, layout, counts.profiles);
  const agreements = await session.rows<{ semantic: string; band: number; pairs: number }>(
    'stitch: agreements',
    agreementSql,
  );
  const priority = request.settings.key_priority;
  return {
    version: 1,
    columns: [...shape.columns].sort(),
    settings: settingsHash(request.settings),
    ...counts,
    input,
    ...train({ layout, candidates, random, agreements, profiles: counts.profiles, priority }),
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

async function published(run: Run, model: StitchModel): Promise<string[]> {
  const { session, request, input } = run;
  await refuseLoss(session);
  const tables = await publish(session, queriesOf(run, stampOf(request)), request.outFolder);
  const state = await writeState(session, request.outFolder);
  return [...tables, ...state, await writeModel({ ...model, input }, request.outFolder)];
}

/** Each record must have one id. */
export async function refuseLoss(session: DuckDbSession): Promise<void> {
  if ((await size(session, 'person')) === (await size(session, 'record'))) return;
  throw new InternalError('Stitch lost records on its way: each record must have one id');
}
