import type { TableEntry } from '../contracts/catalog.ts';
import type { Column } from '../contracts/types.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { InternalError, NotFound } from '../errors.ts';
import type { Services } from '../ports.ts';
import type { Scattered, Scattering } from '../sql/port.ts';
import { depths } from '../stitch/distributed/key-chains.ts';
import { SpreadPlan, spreadFolder } from '../stitch/distributed/plan.ts';
import { blocked } from '../stitch/distributed/statements.ts';
import { stateFiles } from '../stitch/model/state.ts';
import type { FrozenFiles, SpreadStitch } from '../stitch/port.ts';

/** Rows that a count may give: values that too many share, sizes of blocks and how many values are held so often. */
const MANY = 1_000_000;

type Plan = Pick<SpreadPlan, 'round'>;
type Home = Pick<Services, 'objects' | 'warehouse' | 'spread'>;

/** What a distributed run of Stitch keeps while it goes on: its plan, its tables, and the objects that its pieces hand to each other. */
export class SpreadRun {
  readonly #services: Home;
  readonly #run: { runId: string; asOf: string };
  readonly #folder: string;

  constructor(services: Home, run: { runId: string; asOf: string }) {
    this.#services = services;
    this.#run = run;
    this.#folder = spreadFolder(run.runId);
  }

  get engine(): SpreadStitch {
    if (this.#services.spread) return this.#services.spread;
    throw new InternalError('Stitch was to be spread over functions in a home that has none');
  }

  get objects(): Home['objects'] {
    return this.#services.objects;
  }

  /** `NotFound` before the run was spread. */
  async plan(): Promise<SpreadPlan> {
    const found = await readJson(this.objects, this.#key('plan.json'), SpreadPlan);
    if (found) return found.value;
    throw new NotFound(`run ${this.#run.runId} has no plan of its pieces: expected ${this.#key('plan.json')}`);
  }

  keep(plan: SpreadPlan): Promise<unknown> {
    return writeJson(this.objects, this.#key('plan.json'), plan);
  }

  /** Standardised records, which no model decides of. */
  standard(file = ''): string {
    return this.#key(`standard/${file}`);
  }

  /** What is made of them under one model. */
  made({ round }: Plan, name: string): string {
    return this.#key(`${round}/${name}`);
  }

  /** What the task that concludes reads. */
  told(plan: Plan, name = ''): string {
    return this.made(plan, `told/${name}`);
  }

  /** What was counted over all records, by this run or by the one that trained the model, on this machine. */
  async frozen({ model, round }: Pick<SpreadPlan, 'model' | 'round'>): Promise<FrozenFiles> {
    const told = (name: string) => this.told({ round }, name);
    const { values, blocks } = model
      ? { values: `${model.folder}/${stateFiles.values}`, blocks: `${model.folder}/${stateFiles.blocks}` }
      : { values: told('values.parquet'), blocks: told('blocks.parquet') };
    return { values: await this.objects.locate(values), blocks: await this.objects.locate(blocks) };
  }

  /** Removes what the pieces handed to each other, once it is concluded; tables go when the next ones are shown. */
  async clear(): Promise<void> {
    const { parts, buckets } = await this.plan();
    const own = (await this.objects.list(`${this.#folder}/`)).map(({ key }) => key);
    for (const key of [...parts, ...buckets, ...own]) await this.objects.delete(key);
  }

  async rows(plan: Plan, name: string, sql: string, tables: readonly TableEntry[] = []): Promise<unknown[][]> {
    const query = this.#query(plan, name, sql, tables);
    return (await this.#services.warehouse.query(query, { limit: MANY })).rows;
  }

  /** Rows of an object. */
  async read(key: string): Promise<unknown[][]> {
    return (await this.#services.warehouse.read(key, { limit: MANY, offset: 0 })).rows;
  }

  /** Makes one of the run's tables; gives its rows. */
  async build(plan: Plan, name: string, sql: string): Promise<number> {
    return (await this.#services.warehouse.build(this.#stored(plan, name), this.#query(plan, name, sql))).rows;
  }

  /** Once: a call of the step that came before may have taken the table away that the object was made of. */
  async unload(plan: Plan, key: string, sql: string): Promise<void> {
    if ((await this.objects.list(key)).length > 0) return;
    await this.#services.warehouse.unload(this.#query(plan, key, sql), key);
  }

  scatter(
    plan: Plan,
    name: string,
    { sql, tables = [], by }: { sql: string; tables?: readonly TableEntry[]; by: Scattering },
  ): Promise<Scattered> {
    return this.#services.warehouse.scatter(this.#stored(plan, name), this.#query(plan, name, sql, tables), by);
  }

  /** A table of the objects that pieces wrote into a folder. */
  gather(plan: Plan, name: string, folder: string, columns: readonly Column[]): Promise<void> {
    return this.#services.warehouse.gather(this.#stored(plan, name), folder.replace(/\/$/, ''), columns);
  }

  #key(name: string): string {
    return `${this.#folder}/${name}`;
  }

  #query(plan: Plan, name: string, sql: string, tables: readonly TableEntry[] = []) {
    const made = own.map((each) => this.#entry(plan, each));
    return { name: `Stitch: ${name}`, sql, tables: [...tables, ...made], asOf: this.#run.asOf };
  }

  /** Of another round's another name, since engines remember what statements gave. */
  #stored({ round }: Plan, name: string) {
    const of = whole.includes(name) ? '' : `_${round}`;
    return { schema: 'stitch', physical: `spread_${name}${of}__${this.#run.runId.slice(-4)}` };
  }

  #entry(plan: Plan, name: string): TableEntry {
    const { runId, asOf } = this.#run;
    const made = { version: runId, columns: [], built_at: asOf, run_id: runId, definition: runId, inputs: {} };
    return { ...made, schema: 'stitch', name: `spread_${name}`, physical: this.#stored(plan, name).physical };
  }
}

/** Tables that every round has. */
const whole = ['tagged', 'standard'];

/** The tables that statements name. */
const own = [
  ...whole,
  ...['clean', 'keys', 'profile', 'sample', 'member', 'holders'],
  ...Object.values(blocked).flatMap(({ keys, large }) => [keys, ...depths.map((depth) => `${large}_${depth}`)]),
];
