import { join } from 'node:path';
import type { StitchReport } from '../../../core/contracts/stitch.ts';
import { InternalError } from '../../../core/errors.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { standardColumns } from '../../../core/stitch/cleaning/standardise.ts';
import { comparisonsOf } from '../../../core/stitch/comparisons/registry.ts';
import type { Crew } from '../../../core/stitch/crew.ts';
import { conclude, type Told } from '../../../core/stitch/distributed/conclude.ts';
import { shapeIn } from '../../../core/stitch/distributed/plan.ts';
import { inputHash } from '../../../core/stitch/model/state.ts';
import type { SpreadStitch } from '../../../core/stitch/port.ts';
import { sharedWarnings } from '../../../core/stitch/quality/warnings.ts';
import { Column } from '../../../core/stitch/records/columns.ts';
import type { Collapsed } from '../../../core/stitch/records/duplicates.ts';
import { Profiles } from '../../../core/stitch/records/profiles.ts';
import type { Shape } from '../../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { flagsSql, typed, writeKnown } from '../clean.ts';
import { readColumns } from '../columns.ts';
import { jitterOf } from '../id-events.ts';
import { readIntegers } from '../integers.ts';
import type { LastRun } from '../last-run.ts';
import { addScored, createScored } from '../pairs.ts';
import { refuseAmbiguousKeys } from '../prepare.ts';
import { follow, identifyAll, summary } from '../publish.ts';
import { dedupeRate, published, readLabels, trainedAnew } from '../run.ts';
import type { Stages } from '../stages.ts';
import { trainedBy } from '../state.ts';
import { readDrawn } from './choose.ts';
import { readFrozenFiles } from './frozen.ts';
import { type AllPatterns, readPatterns } from './patterns.ts';
import { profilesIn } from './profiles-at.ts';

interface Concluding {
  session: DuckDbSession;
  request: Parameters<SpreadStitch['conclude']>[0];
  stages: Stages;
  crew: Crew;
  last: LastRun | undefined;
}

/** What the pieces of a run told, to ids and the published tables. */
export async function concludeSpread({ session, request, stages, crew, last }: Concluding) {
  const { plan, told, settings } = request;
  const shape = shapeIn(plan);
  const collapsed = await stages.run('read', () => readCollapsed(session, shape, request));
  const { columns } = await readColumns(session, crew, 'record', 'rid', ['datasource']);
  const datasource = columns.get('datasource') ?? Column.empty(plan.records);
  const labels = await readLabels(session, settings);
  const frozen = await readFrozenFiles(session, request.frozen);
  const input = { records: null, settings: inputHash(settings), labels: settings.labels };
  await createScored(session);
  const all = await readPatterns(join(told, 'patterns'), comparisonsOf(shape, settings.rules).length);
  const pairs: Told = {
    ...all,
    buckets: () => bucketsOf(session, told, collapsed, all),
    profiles: profilesIn(session, shape, collapsed.profiles.ids),
    drawn: () => readDrawn(session, join(told, 'drawn.parquet'), shape),
    keep: (judged) => addScored(session, collapsed.profiles, judged),
  };
  const watch = { stage: <T>(name: string, work: () => T | Promise<T>) => stages.run(name, work) };
  const found = await conclude({ plan, collapsed, datasource, labels, frozen, input }, pairs, watch, crew);
  await stages.run('identify', () => identifyAll(session, request.tenant, found.assigned, last));
  const run = { session, request, shape, input, last, model: plan.model, trains: plan.trains };
  const files = await stages.run('publish', async () => {
    await follow(session);
    return published(run, { model: found.model, frozen });
  });
  const { people, ...counted } = await summary(session);
  const { jitter, warnings } = await jitterOf(session, plan.records, last);
  const report: StitchReport & { files: string[] } = {
    model: plan.model ? trainedBy(plan.model.known) : { trained_by: request.runId, why: plan.trains },
    ...{ pairs: found.pairs, matches: found.matches },
    ...{ blocking: found.blocking, blocking_left_out: plan.left_out, missed: found.missed },
    clean_sources: [...found.cleanSources],
    ...{ records: plan.records, people, ...counted, files, touched_records: plan.records, jitter },
    warnings: [
      ...sharedWarnings(plan.shared, plan.records),
      ...found.warnings,
      ...warnings,
      ...trainedAnew({ last, trains: plan.trains }),
    ],
    seconds: stages.seconds,
    dedupe_rate: dedupeRate(plan.records, people),
  };
  return report;
}

/** The tables that a run over all records has at this point, as views of what the pieces wrote; and the profiles, by numbers alone. */
async function readCollapsed(
  session: DuckDbSession,
  shape: Shape,
  { plan, told, settings }: Concluding['request'],
): Promise<Collapsed> {
  const run = (sql: string) => session.run('stitch: parts', sql);
  await run(`CREATE VIEW part AS FROM read_parquet(${text(join(told, 'clean', '*.parquet'))})`);
  await run('CREATE TABLE record AS SELECT rid::INTEGER AS rid, datasource, pk FROM part');
  await refuseAmbiguousKeys(session);
  const columns = standardColumns(shape).map((name) => `${typed(name, ident(name))} AS ${ident(name)}`);
  await run(`CREATE VIEW clean AS SELECT rid::INTEGER AS rid, datasource, ${columns.join(', ')} FROM part`);
  await run(`CREATE VIEW flags AS ${flagsSql('(SELECT rid::INTEGER AS rid, flags FROM part)')}`);
  await run(`CREATE VIEW removed AS FROM read_parquet(${text(join(told, 'removed', '*.parquet'))})`);
  await writeKnown(session, shape, settings, plan.shared);
  const [first = new Int32Array()] = await readIntegers(
    session,
    'stitch: profiles',
    'SELECT (min(rid) OVER (PARTITION BY content))::INTEGER AS profile FROM part ORDER BY rid',
  );
  if (first.length !== plan.records) {
    throw new InternalError(`the parts of the run hold ${first.length} records: expected ${plan.records}`);
  }
  return collapsedBy(first);
}

/** Records by the number of their profile's first. */
function collapsedBy(first: Int32Array): Collapsed {
  const profile = new Int32Array(first.length);
  const ids = new Int32Array(first.length);
  const records = new Int32Array(first.length);
  let size = 0;
  for (let rid = 0; rid < first.length; rid++) {
    if (first[rid] === rid) {
      profile[rid] = size;
      ids[size++] = rid;
    } else profile[rid] = profile[first[rid] ?? 0] ?? 0;
    records[profile[rid] ?? 0] = (records[profile[rid] ?? 0] ?? 0) + 1;
  }
  return { profiles: new Profiles(ids.slice(0, size), new Map()), profile, records: records.slice(0, size) };
}

/** The pairs of each bucket, by place and with the numbers that patterns have among all. */
async function* bucketsOf(
  session: DuckDbSession,
  told: string,
  { profile }: Collapsed,
  { numbers }: Pick<AllPatterns, 'numbers'>,
) {
  for (const [name, own] of numbers) {
    const sql = `FROM read_parquet(${text(join(told, 'pairs', `${name}.parquet`))})`;
    const [a = new Int32Array(), b = new Int32Array(), pattern = new Int32Array()] = await readIntegers(
      session,
      'stitch: pairs',
      sql,
    );
    const placed = (rids: Int32Array) => rids.map((rid) => profile[rid] ?? 0);
    yield { a: placed(a), b: placed(b), pattern: pattern.map((number) => own[number] ?? 0) };
  }
}
