import { z } from 'zod';
import { canonicalJson } from '../../../core/environments/canonical.ts';
import { readJson } from '../../../core/environments/json-objects.ts';
import { Conflict, InternalError } from '../../../core/errors.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import type { DomainLoads } from '../../../core/sql/port.ts';

const Counts = z.object({ inserted: z.number().int(), updated: z.number().int(), unchanged: z.number().int() });

/** One load of a domain table. */
const Load = z.object({
  id: z.string(),
  /** What its rows are marked by. */
  n: z.number().int(),
  /** What it was found to change, before it changed anything; `whole` when it changed so many rows that all count as changed. */
  found: Counts.extend({ whole: z.boolean() }).optional(),
  /** Whether the table holds its rows. */
  done: z.boolean(),
});
export type Load = z.infer<typeof Load>;
const Loads = z.object({ loads: z.array(Load) });

/** The ledger of a domain table's loads, which the table can't keep itself: one object, beside its rows. */
const ledgerKey = (table: string): string => `tables/domain/${table}/loads.json`;

/** The fed table that a key is the ledger of. */
export const tableOfLedger = (key: string): string | undefined =>
  /^tables\/domain\/([^/]+)\/loads\.json$/.exec(key)?.[1];

/** How often another writer may come first. */
const ATTEMPTS = 10;

/**
 * What a domain table has been given. A load is noted before anything is done, with what it will change once that is known,
 * and as done: whoever repeats it after a crash goes on from there.
 */
export class LoadLedger {
  readonly #objects: ObjectStore;
  readonly #key: string;

  constructor(objects: ObjectStore, table: string) {
    this.#objects = objects;
    this.#key = ledgerKey(table);
  }

  async loads(): Promise<DomainLoads> {
    const done = (await this.#read()).loads.filter((load) => load.done);
    return {
      ids: done.map((load) => load.id),
      last: done.at(-1)?.n ?? 0,
      whole: done.findLast((load) => load.found?.whole)?.n ?? 0,
    };
  }

  /** Notes a load with the next number; one that was left undone before others is moved behind them, so that nobody has seen its number. */
  begin(id: string): Promise<Load> {
    return this.#change(id, (loads) => {
      const begun = loads.find((load) => load.id === id);
      if (begun?.done || (begun && begun === loads.at(-1))) return loads;
      const n = (loads.at(-1)?.n ?? 0) + 1;
      return [...loads.filter((load) => load !== begun), { ...begun, id, n, done: false }];
    });
  }

  /** Notes what a load is found to change; what was found first stays. */
  find(id: string, found: NonNullable<Load['found']>): Promise<Load> {
    return this.#change(id, (loads) => loads.map((load) => (load.id === id ? { found, ...load } : load)));
  }

  async finish(id: string): Promise<void> {
    await this.#change(id, (loads) => loads.map((load) => (load.id === id ? { ...load, done: true } : load)));
  }

  async forget(): Promise<void> {
    await this.#objects.delete(this.#key);
  }

  async #read(): Promise<{ loads: Load[]; etag?: string }> {
    const found = await readJson(this.#objects, this.#key, Loads);
    return found ? { ...found.value, etag: found.etag } : { loads: [] };
  }

  async #change(id: string, change: (loads: Load[]) => Load[]): Promise<Load> {
    for (let attempt = 1; ; attempt++) {
      const { loads, etag } = await this.#read();
      const changed = change(loads);
      const mine = changed.find((load) => load.id === id);
      if (!mine) throw new InternalError(`${this.#key} does not know the load ${id}, which is under way`);
      if (changed === loads) return mine;
      try {
        const before = etag === undefined ? { ifNoneMatch: '*' as const } : { ifMatch: etag };
        await this.#objects.put(this.#key, canonicalJson({ loads: changed }), before);
        return mine;
      } catch (cause) {
        if (!(cause instanceof Conflict) || attempt >= ATTEMPTS) throw cause;
      }
    }
  }
}
