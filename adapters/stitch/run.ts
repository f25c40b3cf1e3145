import type { StitchReport } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import type { StitchRequest } from '../../core/ports.ts';
import { type Rule, rulesOf } from '../../core/stitch/blocking.ts';
import { comparisonsOf } from '../../core/stitch/comparisons.ts';
import { decider } from '../../core/stitch/decide.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { outputSql } from '../../core/stitch/outputs.ts';
import { type Layout, layoutOf } from '../../core/stitch/patterns.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import { settingsHash } from '../../core/stitch/state.ts';
import { type PatternCounts, train } from '../../core/stitch/train.ts';
import { agreementSql } from '../../core/stitch/values.ts';
import type { DuckDbSession } from '../sql/duckdb-session.ts';
import { block, blockingReport, compare, patternCounts, randomPatterns, score } from './pairs.ts';
import { cluster, findCleanSources, readLinks } from './people.ts';
import { collapse, count, size, standardise } from './prepare.ts';
import { identify, publish, summary } from './publish.ts';
import type { Stages } from './stages.ts';
import { writeState } from './state.ts';

/** What a run is about, beside its request. */
export interface Run {
  session: DuckDbSession;
  request: StitchRequest;
  stages: Stages;
  shape: Shape;
  fingerprint: string;
  /** The model to decide by, which lies in the folder of the last run; one is trained when there is none. */
  model: StitchModel | undefined;
}

/**
 * Records to people. Undefined when the records have outgrown the model of the last run.
 */
export async function run(run: Run): Promise<(StitchReport & { files: string[] }) | undefined> {
  const { session, request, stages, shape } = run;
  const { settings } = request;
  const rules = rulesOf(shape);
  const layout = layoutOf(comparisonsOf(shape));
  const frozen = run.model === undefined ? undefined : request.previous;

  const records = await stages.run('standardise', () => standardise(session, request.records, shape, settings));
  const profiles = await stages.run('collapse', () => collapse(session, shape, settings, frozen));
  await stages.run('count', () => count(session, shape, frozen));
  if (!(await stages.run('block', () => block(session, rules, frozen)))) return undefined;
  const pairs = await stages.run('compare', () => compare(session, layout));
  const patterns = await patternCounts(session, layout, 'pair');
  const model = run.model ?? (await stages.run('train', () => trained(run, layout, patterns, { profiles, records })));
  const decide = decider(
    layout.fields.map((field) => field.comparison),
    model,
    settings.key_priority,
  );
  await stages.run('score', () => score(session, layout, 'pair', 'scored', patterns, decide));
  const links = await readLinks(session, Math.round(settings.threshold * 100));
  if (run.model === undefined) model.cleanSources = await findCleanSources(session, records, links);
  const options = { layout, model, settings, records, links };
  const warnings = await stages.run('cluster', () => cluster(session, options));
  await stages.run('identify', () => identify(session, request.tenant, request.previous));
  const files = await stages.run('publish', () => published(run, rules, { ...model, fingerprint: run.fingerprint }));
  const found = await summary(session);
  return {
    ...{ records, ...found, pairs, matches: links.a.length, warnings, files, seconds: stages.seconds },
    dedupe_rate: records === 0 ? 0 : Math.round((10_000 * (records - found.people)) / records) / 100,
    blocking: await blockingReport(session, rules),
  };
}

async function trained(
  { session, request, shape }: Run,
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
    fingerprint: '',
    ...train({ layout, candidates, random, agreements, profiles: counts.profiles, priority }),
    cleanSources: [],
  };
}

async function published(run: Run, rules: readonly Rule[], model: StitchModel): Promise<string[]> {
  const { session, request, shape } = run;
  const { settings } = request;
  const stamp = { runId: request.runId, asOf: request.asOf, historyDays: settings.history_days };
  const queries = outputSql(shape, rules, settings.threshold, stamp, request.previous);
  if ((await size(session, 'person')) !== (await size(session, 'record'))) {
    throw new InternalError('Stitch lost records on its way: each record must have one id');
  }
  const tables = await publish(session, queries, request.outFolder);
  return [...tables, ...(await writeState(session, model, request.outFolder))];
}
