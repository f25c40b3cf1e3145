import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { StitchReport } from '../../../core/contracts/stitch.ts';
import { InternalError } from '../../../core/errors.ts';
import type { StitchRequest } from '../../../core/ports.ts';
import { ident, text } from '../../../core/sql/quote.ts';
import { comparisonsOf } from '../../../core/stitch/comparisons/registry.ts';
import { conclude, type Told } from '../../../core/stitch/distributed/conclude.ts';
import { type SpreadPlan, shapeIn } from '../../../core/stitch/distributed/plan.ts';
import type { Collapsed } from '../../../core/stitch/duplicates.ts';
import { Patterns } from '../../../core/stitch/patterns.ts';
import { Profiles } from '../../../core/stitch/profiles.ts';
import { contextOf } from '../../../core/stitch/resolve.ts';
import type { Shape } from '../../../core/stitch/shape.ts';
import { standardColumns } from '../../../core/stitch/standardise.ts';
import { inputHash } from '../../../core/stitch/state.ts';
import { sharedWarnings } from '../../../core/stitch/warnings.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { flagsSql, typed, writeKnown } from '../clean.ts';
import { readColumns } from '../columns.ts';
import { jitterOf } from '../id-events.ts';
import { readIntegers } from '../integers.ts';
import type { LastRun } from '../last-run.ts';
import { recordsOf, refuseAmbiguousKeys } from '../prepare.ts';
import { follow, identifyAll, summary } from '../publish.ts';
import { dedupeRate, published, readLabels } from '../run.ts';
import type { Stages } from '../stages.ts';
import { readAllCounted } from './counted.ts';
import { FurtherPairs } from './further-pairs.ts';

interface Concluding {
  session: DuckDbSession;
  request: Omit<StitchRequest, 'records'> & { plan: SpreadPlan; told: string };
  stages: Stages;
  last: LastRun | undefined;
}

/** What the pieces of a run told, to ids and the published tables. */
export async function concludeSpread({ session, request, stages, last }: Concluding) {
  const { plan, told, settings } = request;
  const shape = shapeIn(plan);
  const collapsed = await stages.run('read', () => readProfiles(session, shape, request));
  const { columns } = await readColumns(session, 'record', 'rid', ['datasource']);
  const records = recordsOf(plan.records, columns);
  const labels = await readLabels(session, settings);
  const frozen = await readAllCounted(session, filesOf(told));
  const context = (profiles: Profiles) => contextOf(profiles, settings, frozen);
  const { patterns, counts, mapped } = await readPatterns(told, shape);
  const further = new FurtherPairs({ session, shape, ids: collapsed.profiles.ids, patterns, context });
  const input = { records: null, settings: inputHash(settings), labels: settings.labels };
  const given = { records, labels, shape, settings, input };
  const pairs: Told = {
    ...{ patterns, counts },
    buckets: () => bucketsOf(session, told, collapsed, mapped),
    compare: (pairs) => further.compare(pairs),
  };
  const found = await conclude(given, collapsed, pairs, plan, { stage: (name, work) => stages.step(name, work) });
  await stages.run('identify', () => identifyAll(session, request.tenant, found.assigned, last));
  const run = { session, request: { ...request, records: told }, stages, shape, input, last, model: undefined };
  const files = await stages.run('publish', async () => {
    await follow(session);
    return published(run, { ...found, frozen });
  });
  const { people, ...counted } = await summary(session);
  const { jitter, warnings } = await jitterOf(session, plan.records, last);
  const report: StitchReport & { files: string[] } = {
    ...{ pairs: found.met, matches: found.links.a.length, blocking: plan.blocking },
    ...{ records: plan.records, people, ...counted, files, jitter },
    warnings: [...sharedWarnings(plan.shared, plan.records), ...found.warnings, ...warnings],
    seconds: stages.seconds,
    dedupe_rate: dedupeRate(plan.records, people),
  };
  return report;
}

const filesOf = (told: string) => ({ values: join(told, 'values.parquet'), blocks: join(told, 'blocks.parquet') });

/** The tables that a run over all records has at this point, as views of what the pieces wrote; and the profiles, by numbers alone. */
async function readProfiles(
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

/** The patterns of all buckets, how many pairs have each, and what number each bucket's own ones have among all. */
async function readPatterns(told: string, shape: Shape) {
  const patterns = new Patterns(comparisonsOf(shape).length);
  const counts: number[] = [];
  const mapped = new Map<string, Int32Array>();
  const folder = join(told, 'patterns');
  for (const file of (await readdir(folder).catch(() => [])).sort()) {
    const { levels, pairs } = JSON.parse(await readFile(join(folder, file), 'utf8')) as {
      levels: number[][];
      pairs: number[];
    };
    const numbers = Int32Array.from(levels, (each) => patterns.add(Uint8Array.from(each)));
    for (const [i, pattern] of numbers.entries()) counts[pattern] = (counts[pattern] ?? 0) + (pairs[i] ?? 0);
    mapped.set(file.replace('.json', ''), numbers);
  }
  return { patterns, counts: Float64Array.from(counts), mapped };
}

/** The pairs of each bucket, by place and with the numbers that patterns have among all. */
async function* bucketsOf(
  session: DuckDbSession,
  told: string,
  { profile }: Collapsed,
  mapped: ReadonlyMap<string, Int32Array>,
) {
  for (const [name, numbers] of mapped) {
    const sql = `FROM read_parquet(${text(join(told, 'pairs', `${name}.parquet`))})`;
    const [a = new Int32Array(), b = new Int32Array(), pattern = new Int32Array()] = await readIntegers(
      session,
      'stitch: pairs',
      sql,
    );
    const placed = (rids: Int32Array) => rids.map((rid) => profile[rid] ?? 0);
    yield { a: placed(a), b: placed(b), pattern: pattern.map((own) => numbers[own] ?? 0) };
  }
}
