import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from '../../../core/environments/canonical.ts';
import { readJson, readJsons, writeJson } from '../../../core/environments/json-objects.ts';
import { Conflict, InternalError } from '../../../core/errors.ts';
import { fewAtOnce } from '../../../core/few-at-once.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import type { DomainLoads } from '../../../core/sql/port.ts';

const Found = z.object({
  inserted: z.number().int(),
  updated: z.number().int(),
  unchanged: z.number().int(),
  /** So many rows change that all count as changed. */
  whole: z.boolean(),
});
export type Found = z.infer<typeof Found>;

/** A load that is under way. */
const Load = z.object({
  id: z.string(),
  /** What its rows are marked by. */
  n: z.number().int(),
  /** What it was found to change, before it changed anything. */
  found: Found.optional(),
});
type Load = z.infer<typeof Load>;

/** One that is done. */
const Done = Load.required();
type Done = z.infer<typeof Done>;

const Head = z.object({
  generation: z.string(),
  last: z.number().int(),
  whole: z.number().int(),
  under_way: z.array(Load),
});
type Head = z.infer<typeof Head>;

/** What is written with each load stays small: a stream has half a million loads in a year. Those that are done have a note each, elsewhere. */
const headKey = (table: string): string => `tables/domain/${table}/loads.json`;
const notesPrefix = (table: string): string => `loads/${table}/`;

/** The fed table that a key is the ledger of. */
export const tableOfLedger = (key: string): string | undefined =>
  /^tables\/domain\/([^/]+)\/loads\.json$/.exec(key)?.[1];

/** How often another writer may come first. */
const ATTEMPTS = 10;
/** A list of 1,000 loads costs as much as a dozen requests for one. */
const LISTED_FOR_ONE = 80;

/**
 * What a domain table has been given, which it can't keep itself. A load is noted before anything is done, with what it will
 * change once that is known, and as done: whoever repeats it after a crash goes on from there. Done is what has its note and
 * is under way no more.
 */
export class LoadLedger {
  readonly #objects: ObjectStore;
  readonly #table: string;

  constructor(objects: ObjectStore, table: string) {
    this.#objects = objects;
    this.#table = table;
  }

  async loads(): Promise<DomainLoads> {
    const { generation, last, whole } = (await this.#read()) ?? { generation: '', last: 0, whole: 0 };
    return { generation, last, whole };
  }

  /** Those of these loads that are done. */
  async loaded(ids: readonly string[]): Promise<string[]> {
    const head = await this.#read();
    if (!head) return [];
    const others = ids.filter((id) => !underWay(head, id));
    if (others.length * LISTED_FOR_ONE < head.last) {
      const keys = others.map((id) => this.#noteKey(head, id));
      return (await readJsons(this.#objects, keys, Done)).map(({ id }) => id);
    }
    const noted = new Set((await this.#objects.list(this.#notesOf(head))).map(({ key }) => key));
    return others.filter((id) => noted.has(this.#noteKey(head, id)));
  }

  /** Notes a load with the next number; one that was left undone before others is moved behind them, so that nobody has seen its number. */
  async begin(id: string): Promise<Begun> {
    const head = await this.#change(async (head) => {
      const begun = underWay(head, id);
      const newest = Math.max(head.last, ...head.under_way.map(({ n }) => n));
      if (begun ? begun.n === newest : await this.#done(head, id)) return head;
      return { ...head, under_way: [...others(head, id), { ...begun, id, n: newest + 1 }] };
    });
    return this.#begun(head, id);
  }

  /** Notes what a load is found to change; what was found first stays, and is told. */
  async find(id: string, found: Found): Promise<Found> {
    const head = await this.#change((head) => {
      const load = underWay(head, id);
      return load && !load.found ? { ...head, under_way: [...others(head, id), { ...load, found }] } : head;
    });
    return (await this.#begun(head, id)).found ?? found;
  }

  async finish(id: string): Promise<void> {
    await this.#change(async (head) => {
      const begun = await this.#begun(head, id);
      if (begun.done) return head;
      const done = Done.parse(begun);
      await writeJson(this.#objects, this.#noteKey(head, id), done);
      return {
        ...head,
        last: Math.max(head.last, done.n),
        whole: Math.max(head.whole, done.found.whole ? done.n : 0),
        under_way: others(head, id),
      };
    });
  }

  /** Without the head no note counts. */
  async forget(): Promise<void> {
    await this.#objects.delete(headKey(this.#table));
    const notes = await this.#objects.list(notesPrefix(this.#table));
    await fewAtOnce(notes, ({ key }) => this.#objects.delete(key));
  }

  async #read(): Promise<Head | undefined> {
    return (await readJson(this.#objects, headKey(this.#table), Head))?.value;
  }

  /** What is known of a load that was begun. */
  async #begun(head: Head, id: string): Promise<Begun> {
    const load = underWay(head, id);
    if (load) return { ...load, done: false };
    const done = await this.#done(head, id);
    if (!done) throw new InternalError(`${headKey(this.#table)} does not know the load ${id}, which is under way`);
    return { ...done, done: true };
  }

  async #done(head: Head, id: string): Promise<Done | undefined> {
    return (await readJson(this.#objects, this.#noteKey(head, id), Done))?.value;
  }

  #notesOf({ generation }: Head): string {
    return `${notesPrefix(this.#table)}${generation}/`;
  }

  #noteKey(head: Head, id: string): string {
    return `${this.#notesOf(head)}${id}.json`;
  }

  /** Changes the head, whoever else does so meanwhile. */
  async #change(change: (head: Head) => Head | Promise<Head>): Promise<Head> {
    const key = headKey(this.#table);
    for (let attempt = 1; ; attempt++) {
      const found = await readJson(this.#objects, key, Head);
      const head = found?.value ?? { generation: randomUUID(), last: 0, whole: 0, under_way: [] };
      const changed = await change(head);
      if (changed === head) return head;
      try {
        await this.#objects.put(key, canonicalJson(changed), found ? { ifMatch: found.etag } : { ifNoneMatch: '*' });
        return changed;
      } catch (cause) {
        if (!(cause instanceof Conflict) || attempt >= ATTEMPTS) throw cause;
      }
    }
  }
}

type Begun = (Load & { done: false }) | (Done & { done: true });

const underWay = (head: Head, id: string): Load | undefined => head.under_way.find((load) => load.id === id);

const others = ({ under_way }: Head, id: string): Load[] => under_way.filter((load) => load.id !== id);
