import type { TableEntry } from '../contracts/catalog.ts';
import type { StitchSettings } from '../contracts/customer360.ts';
import type { Column } from '../contracts/types.ts';
import { InternalError } from '../errors.ts';
import { hasOutgrown } from '../stitch/blocking/blocks.ts';
import { affordable, budgetOf } from '../stitch/blocking/rule-blocks.ts';
import type { RuleChoice } from '../stitch/blocking/rule-choice.ts';
import { ALL_MEET } from '../stitch/blocking/rule-pool.ts';
import { firstShare } from '../stitch/blocking/rule-sample.ts';
import { keyLimit } from '../stitch/blocking/wanted-keys.ts';
import { standardColumns } from '../stitch/cleaning/standardise.ts';
import { depths } from '../stitch/distributed/key-chains.ts';
import { keyedRules, type SpreadPlan, shapeIn, spreadOf } from '../stitch/distributed/plan.ts';
import * as statements from '../stitch/distributed/statements.ts';
import { misfit, TRAINS_OUTGROWN } from '../stitch/model/fit.ts';
import { settingsHash } from '../stitch/model/state.ts';
import { band } from '../stitch/records/values.ts';
import type { SpreadRun } from './spread-run.ts';

/** Records of a head that one worker of the engine numbers. */
const A_HEAD = 1_000_000;

/** What is to be spread. */
export interface ToSpread {
  /** Gives the tagged records, which have these columns beside their keys. */
  sql: string;
  tables: readonly TableEntry[];
  columns: readonly string[];
  settings: StitchSettings;
  /** A model to go by while it fits; else why there is none. */
  model?: SpreadPlan['model'];
  trains?: string;
}

/** Numbers the records, and lays them into parts; says whether the model of the last run decides. Gives the number of parts. */
export async function spreadRecords(run: SpreadRun, given: ToSpread): Promise<number> {
  const { sql, tables, columns, settings, model } = given;
  const first = { round: 0 };
  const heads = await run.rows(first, 'keys of records', statements.headSizesSql(sql), tables);
  const letters = Number((heads.find(([, most]) => Number(most) <= A_HEAD) ?? heads.at(-1))?.[0] ?? 1);
  const [counted] = await run.rows(first, 'records', `SELECT COUNT(*) AS n FROM (${sql}) t`, tables);
  const spread = spreadOf(Number(counted?.[0] ?? 0));
  const numbered = statements.numberedSql(sql, columns, letters);
  const by = { column: 'rid', objects: spread.parts };
  const { keys, rows } = await run.scatter(first, 'tagged', { sql: numbered, tables, by });
  const filled = await run.rows(first, 'values of records', statements.filledSql(columns));
  // What a model knows counts as having values.
  const empty = filled.flatMap(([name, n]) =>
    Number(n) === 0 && !model?.known.columns.includes(`${name}`) ? [`${name}`] : [],
  );
  const all = { columns: ['datasource', 'pk', ...columns], empty };
  const present = { columns: shapeIn(all).columns, settings: settingsHash(settings), records: rows };
  const trains = model ? misfit(model.known, present) : given.trains;
  await run.keep({
    ...{ ...all, settings, records: rows, parts: keys, round: 0 },
    ...(trains === undefined ? { model } : { trains }),
    ...{ shared: [], profiles: 0, rules: [], left_out: [], agreements: [] },
    ...{ buckets: [], bucket_count: spread.buckets, blocking: [] },
  });
  return keys.length;
}

/** Finds the values that too many people share, once the records are standardised; a model knows them. */
export async function findShared(run: SpreadRun): Promise<number> {
  const plan = await run.plan();
  const columns = [...keyed, ...texts(standardColumns(shapeIn(plan)))];
  await run.gather(plan, 'standard', run.standard(), columns);
  const rows = plan.model
    ? await run.read(`${plan.model.folder}/model_bad_values.parquet`)
    : await run.rows(plan, 'shared values', statements.sharedSql());
  const found = new Map<string, SpreadPlan['shared'][number]>();
  for (const row of rows) {
    const [semantic, value, num_values, num_proxy] = [`${row[0]}`, `${row[1]}`, Number(row[2]), Number(row[3])];
    const known = found.get(`${semantic}|${value}`)?.num_proxy ?? 0;
    found.set(`${semantic}|${value}`, { semantic, value, num_values, num_proxy: Math.max(known, num_proxy) });
  }
  await run.keep({ ...plan, shared: [...found.values()] });
  return plan.parts.length;
}

/** Counts profiles and the values that they hold, and chooses what they meet by. */
export async function chooseSpreadRules(run: SpreadRun): Promise<number> {
  const plan = await run.plan();
  const shape = shapeIn(plan);
  const standard = standardColumns(shape);
  const clean = [...keyed, ...texts([...standard, 'content']), integer('flags')];
  await run.gather(plan, 'clean', run.told(plan, 'clean'), clean);
  const chains = ['rid', 'rule', ...depths.map((depth) => `k${depth}`)].map(integer);
  await run.gather(plan, 'keys', run.made(plan, 'keys'), chains);
  const profiles = await run.build(plan, 'profile', statements.profileSql);
  if (profiles <= ALL_MEET) {
    throw new InternalError(
      `a distributed run was asked for ${profiles} profiles, of which each meets all others: expected more than ${ALL_MEET}`,
    );
  }
  if (plan.model) {
    await run.keep({ ...plan, profiles, rules: plan.model.known.rules });
    return 0;
  }
  await run.build(plan, 'holders', statements.holdersSql(shape, standard));
  await run.unload(plan, run.told(plan, 'values.parquet'), statements.commonSql);
  await run.unload(plan, run.told(plan, 'drawn.parquet'), statements.drawnSql(standard, profiles));
  const counted = { ...plan, profiles, agreements: await agreements(run, plan) };
  const { rules, leftOut } = await choice(run, counted);
  await run.keep({ ...counted, rules, left_out: leftOut });
  return 0;
}

/** The rules that pay, by the sample that one machine would draw. */
async function choice(run: SpreadRun, plan: SpreadPlan): Promise<RuleChoice> {
  const [sampleKey, blocksKey] = [run.made(plan, 'sample.parquet'), run.made(plan, 'sought.parquet')];
  await run.build(plan, 'sample', statements.sampleSql(keyLimit(firstShare(plan.profiles))));
  await run.unload(plan, sampleKey, statements.sampledSql(standardColumns(shapeIn(plan))));
  const sample = await run.objects.locate(sampleKey);
  const caps = await run.engine.sampleCaps({ plan, sample });
  if (caps === undefined) return { rules: keyedRules(plan), leftOut: [] };
  await run.build(plan, 'pool', statements.poolSql);
  await buildLarge(run, plan, caps, statements.blocked.sample);
  await run.unload(plan, blocksKey, statements.oversizedSql(statements.blocked.sample));
  const [drawn, values] = [run.told(plan, 'drawn.parquet'), run.told(plan, 'values.parquet')];
  return run.engine.chooseRules({
    ...{ plan, sample, drawn: await run.objects.locate(drawn) },
    frozen: { values: await run.objects.locate(values), blocks: await run.objects.locate(blocksKey) },
  });
}

/** Which blocks are oversized, depth by depth. */
async function buildLarge(
  run: SpreadRun,
  plan: SpreadPlan,
  caps: readonly number[],
  of: (typeof statements.blocked)[keyof typeof statements.blocked],
): Promise<void> {
  for (const depth of depths) await run.build(plan, `${of.large}_${depth}`, statements.largeSql(depth, caps, of));
}

/**
 * Counts blocks over all profiles, and lays those that meet into buckets: gives how many. Undefined when blocks have grown
 * beyond the model that was to decide, which then doesn't any more.
 */
export async function fillBuckets(run: SpreadRun): Promise<number | undefined> {
  const plan = await run.plan();
  // As an earlier call of the step left it.
  if (plan.rules.length === 0) return undefined;
  await run.build(plan, 'entry', statements.entrySql(plan.rules));
  await buildLarge(run, plan, await capsOf(run, plan), statements.blocked.run);
  await run.build(plan, 'member', statements.memberSql);
  const { blocking, largest } = await countBlocks(run, plan);
  if (plan.model && plan.rules.some((rule, i) => hasOutgrown(rule, largest[i] ?? 0))) {
    const { model: _, ...others } = plan;
    await run.keep({ ...others, trains: TRAINS_OUTGROWN, round: plan.round + 1, rules: [] });
    return undefined;
  }
  if (plan.model === undefined)
    await run.unload(plan, run.told(plan, 'blocks.parquet'), statements.oversizedSql(statements.blocked.run));
  const sql = statements.bucketsSql(standardColumns(shapeIn(plan)), plan.bucket_count);
  const { keys } = await run.scatter(plan, 'buckets', { sql, by: { column: 'bucket', objects: plan.bucket_count } });
  await run.keep({ ...plan, buckets: keys, blocking });
  return keys.length;
}

/** Of each rule the largest block that isn't refined: as many as there may be without too many pairs. A model knows which are. */
async function capsOf(run: SpreadRun, { rules, profiles, model, ...plan }: SpreadPlan): Promise<number[]> {
  if (model) return rules.map(() => Number.MAX_SAFE_INTEGER);
  const sizes = rules.map(({ cap }) => new Float64Array(cap + 1));
  const most = Math.max(...rules.map(({ cap }) => cap));
  for (const [rule, n, blocks] of await run.rows(plan, 'sizes of blocks', statements.sizesSql(most))) {
    const of = sizes[Number(rule)];
    if (of && Number(n) < of.length) of[Number(n)] = Number(blocks);
  }
  return rules.map(({ cap }, rule) => affordable(sizes[rule] ?? new Float64Array(), cap, budgetOf(profiles)));
}

async function agreements(run: SpreadRun, plan: SpreadPlan): Promise<SpreadPlan['agreements']> {
  const found = new Map<string, SpreadPlan['agreements'][number]>();
  for (const [semantic, n, held] of await run.rows(plan, 'holders of values', statements.holderSizesSql)) {
    const [key, of] = [`${semantic}/${band(Number(n))}`, band(Number(n))];
    const pairs = (Number(held) * Number(n) * (Number(n) - 1)) / 2;
    if (pairs === 0) continue;
    found.set(key, { semantic: `${semantic}`, band: of, pairs: (found.get(key)?.pairs ?? 0) + pairs });
  }
  return [...found.values()];
}

/** What each rule found, and the profiles of its largest block. */
async function countBlocks(run: SpreadRun, plan: SpreadPlan) {
  const counted = await run.rows(plan, 'pairs that meet', statements.blockingSql);
  const of = plan.rules.map(
    (_, place) => counted.find(([rule]) => Number(rule) === place)?.map(Number) ?? [place, 0, 0, 0, 0],
  );
  const blocking = plan.rules
    .map(({ name: rule }, place) => {
      const [, keys = 0, pairs = 0, , cut = 0] = of[place] ?? [];
      return { rule, keys, pairs, cut };
    })
    .sort((one, other) => (one.rule < other.rule ? -1 : 1));
  return { blocking, largest: of.map(([, , , most = 0]) => most) };
}

const integer = (name: string): Column => ({ name, type: 'Integer' });
const texts = (names: readonly string[]): Column[] => names.map((name) => ({ name, type: 'String' }));
/** What each row has of its record. */
const keyed: Column[] = [integer('rid'), ...texts(['datasource', 'pk'])];
