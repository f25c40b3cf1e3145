import type { TableEntry } from '../contracts/catalog.ts';
import type { StitchSettings } from '../contracts/customer360.ts';
import type { Column } from '../contracts/types.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { InternalError, NotFound } from '../errors.ts';
import type { Services } from '../ports.ts';
import { ALL_MEET, rulesOf } from '../stitch/blocking.ts';
import { affordable, REFINEMENTS } from '../stitch/blocks.ts';
import { SpreadPlan, shapeIn, spreadFolder, spreadOf } from '../stitch/distributed/plan.ts';
import * as statements from '../stitch/distributed/statements.ts';
import { standardColumns } from '../stitch/standardise.ts';
import { band } from '../stitch/values.ts';

/** Rows that a count may give: values that too many share, sizes of blocks and how many values are held so often. */
const MANY = 1_000_000;
/** Records of a head that one worker of the engine numbers. */
const A_HEAD = 1_000_000;

/** Tables of a run while it goes on, and the objects that its pieces hand to each other. */
export class StitchSpread {
  readonly #services: Pick<Services, 'objects' | 'warehouse'>;
  readonly #run: { runId: string; asOf: string };
  readonly #folder: string;

  constructor(services: Pick<Services, 'objects' | 'warehouse'>, run: { runId: string; asOf: string }) {
    this.#services = services;
    this.#run = run;
    this.#folder = spreadFolder(run.runId);
  }

  /** Numbers the records that a query gives, and lays them into parts; `columns` are all that it gives beside their keys. */
  async records(
    query: { sql: string; tables: readonly TableEntry[] },
    columns: readonly string[],
    settings: StitchSettings,
  ) {
    const heads = await this.#rows('keys of records', statements.headSizesSql(query.sql), query.tables);
    const letters = Number((heads.find(([, most]) => Number(most) <= A_HEAD) ?? heads.at(-1))?.[0] ?? 1);
    const records = heads.length === 0 ? 0 : await this.#count(query);
    const spread = spreadOf(records);
    const { keys, rows } = await this.#services.warehouse.scatter(
      this.#stored('tagged'),
      this.#query('tagged', statements.numberedSql(query.sql, columns, letters), query.tables),
      { column: 'rid', objects: spread.parts },
    );
    const filled = await this.#rows('values of records', statements.filledSql(columns));
    const empty = filled.flatMap(([name, n]) => (Number(n) === 0 ? [`${name}`] : []));
    await this.#write({
      ...{ columns: ['datasource', 'pk', ...columns], empty, settings, records: rows, parts: keys },
      ...{ buckets: [], bucketCount: spread.buckets, shared: [], agreements: [], blocking: [] },
    });
    return keys.length;
  }

  /** Finds the values that too many people share, once the records are standardised. */
  async values(): Promise<number> {
    const plan = await this.plan();
    await this.#gather('standard', 'work/standard', [...keyed, ...texts(standardColumns(shapeIn(plan)))]);
    const found = new Map<string, SpreadPlan['shared'][number]>();
    for (const row of await this.#rows('shared values', statements.sharedSql())) {
      const [semantic, value, num_values, num_proxy] = [`${row[0]}`, `${row[1]}`, Number(row[2]), Number(row[3])];
      const known = found.get(`${semantic}|${value}`)?.num_proxy ?? 0;
      found.set(`${semantic}|${value}`, { semantic, value, num_values, num_proxy: Math.max(known, num_proxy) });
    }
    await this.#write({ ...plan, shared: [...found.values()] });
    return plan.parts.length;
  }

  /** Counts values and blocks over all profiles, and lays those that meet into buckets. */
  async buckets(): Promise<number> {
    const plan = await this.plan();
    const shape = shapeIn(plan);
    const standard = standardColumns(shape);
    await this.#gather('clean', 'told/clean', [...keyed, ...texts([...standard, 'content']), integer('flags')]);
    await this.#gather('keys', 'work/keys', ['rid', 'rule', ...depths.map((depth) => `k${depth}`)].map(integer));
    const profiles = await this.#build('profile', statements.profileSql);
    if (profiles <= ALL_MEET) {
      throw new InternalError(
        `a distributed run was asked for ${profiles} profiles, of which each meets all others: expected more than ${ALL_MEET}`,
      );
    }
    await this.#build('entry', statements.entrySql);
    const caps = await this.#caps(plan, profiles);
    for (const depth of depths) await this.#build(`large_${depth}`, statements.largeSql(depth, caps));
    await this.#build('member', statements.memberSql);
    await this.#build('holders', statements.holdersSql(shape, standard));
    await this.#unload('blocks', statements.oversizedSql);
    await this.#unload('values', statements.commonSql);
    const query = this.#query('buckets', statements.bucketsSql(standard, plan.bucketCount));
    const by = { column: 'bucket', objects: plan.bucketCount };
    const { keys } = await this.#services.warehouse.scatter(this.#stored('buckets'), query, by);
    await this.#write({
      ...plan,
      buckets: keys,
      agreements: await this.#agreements(),
      blocking: await this.#blocking(plan),
    });
    return keys.length;
  }

  /** `NotFound` before the run was spread. */
  async plan(): Promise<SpreadPlan> {
    const found = await readJson(this.#services.objects, this.key('plan.json'), SpreadPlan);
    if (!found)
      throw new NotFound(`run ${this.#run.runId} has no plan of its pieces: expected ${this.key('plan.json')}`);
    return found.value;
  }

  /** Removes what the pieces handed to each other, once it is concluded; tables go when the next ones are shown. */
  async clear(): Promise<void> {
    const { objects } = this.#services;
    const { parts, buckets } = await this.plan();
    const own = (await objects.list(`${this.#folder}/`)).map(({ key }) => key);
    for (const key of [...parts, ...buckets, ...own]) await objects.delete(key);
  }

  key(name: string): string {
    return `${this.#folder}/${name}`;
  }

  /** Of each rule the largest block that isn't refined: as many as there may be without too many pairs. */
  async #caps(plan: SpreadPlan, profiles: number): Promise<number[]> {
    const rules = rulesOf(shapeIn(plan));
    const sizes = rules.map(({ cap }) => new Float64Array(cap + 1));
    const most = Math.max(...rules.map(({ cap }) => cap));
    for (const [rule, n, blocks] of await this.#rows('sizes of blocks', statements.sizesSql(most))) {
      const of = sizes[Number(rule)];
      if (of && Number(n) < of.length) of[Number(n)] = Number(blocks);
    }
    return rules.map(({ cap }, rule) => affordable(sizes[rule] ?? new Float64Array(), cap, profiles));
  }

  async #agreements(): Promise<SpreadPlan['agreements']> {
    const found = new Map<string, SpreadPlan['agreements'][number]>();
    for (const [semantic, n, held] of await this.#rows('holders of values', statements.holderSizesSql)) {
      const [key, of] = [`${semantic}/${band(Number(n))}`, band(Number(n))];
      const pairs = (Number(held) * Number(n) * (Number(n) - 1)) / 2;
      if (pairs === 0) continue;
      found.set(key, { semantic: `${semantic}`, band: of, pairs: (found.get(key)?.pairs ?? 0) + pairs });
    }
    return [...found.values()];
  }

  async #blocking(plan: SpreadPlan): Promise<SpreadPlan['blocking']> {
    const counted = await this.#rows('pairs that meet', statements.blockingSql);
    return rulesOf(shapeIn(plan))
      .map(({ name }, number) => {
        const [, keys = 0, pairs = 0, cut = 0] = counted.find(([rule]) => Number(rule) === number)?.map(Number) ?? [];
        return { rule: name, keys, pairs, cut };
      })
      .sort((one, other) => (one.rule < other.rule ? -1 : 1));
  }

  async #count(query: { sql: string; tables: readonly TableEntry[] }): Promise<number> {
    const [row] = await this.#rows('records', `SELECT COUNT(*) AS n FROM (${query.sql}) t`, query.tables);
    return Number(row?.[0] ?? 0);
  }

  async #build(name: string, sql: string): Promise<number> {
    return (await this.#services.warehouse.build(this.#stored(name), this.#query(name, sql))).rows;
  }

  /** Once: a call of the step that came before may have taken the table away that the object was made of. */
  async #unload(name: string, sql: string): Promise<void> {
    const key = this.key(`told/${name}.parquet`);
    if ((await this.#services.objects.list(key)).length > 0) return;
    await this.#services.warehouse.unload(this.#query(name, sql), key);
  }

  #gather(name: string, folder: string, columns: readonly Column[]): Promise<void> {
    return this.#services.warehouse.gather(this.#stored(name), this.key(folder), columns);
  }

  async #rows(name: string, sql: string, tables: readonly TableEntry[] = []): Promise<unknown[][]> {
    return (await this.#services.warehouse.query(this.#query(name, sql, tables), { limit: MANY })).rows;
  }

  #write(plan: SpreadPlan): Promise<unknown> {
    return writeJson(this.#services.objects, this.key('plan.json'), plan);
  }

  #query(name: string, sql: string, tables: readonly TableEntry[] = []) {
    return {
      name: `Stitch: ${name}`,
      sql,
      tables: [...tables, ...own.map((each) => this.#entry(each))],
      asOf: this.#run.asOf,
    };
  }

  #stored(name: string) {
    return { schema: 'stitch', physical: `spread_${name}__${this.#run.runId.slice(-4)}` };
  }

  #entry(name: string): TableEntry {
    const { runId, asOf } = this.#run;
    const made = { version: runId, columns: [], built_at: asOf, run_id: runId, definition: runId, inputs: {} };
    return { ...made, schema: 'stitch', name: `spread_${name}`, physical: this.#stored(name).physical };
  }
}

const depths = Array.from({ length: REFINEMENTS + 1 }, (_, depth) => depth);
/** The tables that statements name. */
const own = [
  ...['tagged', 'standard', 'clean', 'keys', 'profile', 'entry', 'member', 'holders'],
  ...depths.map((depth) => `large_${depth}`),
];

const integer = (name: string): Column => ({ name, type: 'Integer' });
const texts = (names: readonly string[]): Column[] => names.map((name) => ({ name, type: 'String' }));
/** What each row has of its record. */
const keyed: Column[] = [integer('rid'), ...texts(['datasource', 'pk'])];
