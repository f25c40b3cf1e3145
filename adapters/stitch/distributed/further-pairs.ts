import { ident } from '../../../core/sql/quote.ts';
import type { Context } from '../../../core/stitch/comparisons/comparison.ts';
import { comparisonsOf } from '../../../core/stitch/comparisons/registry.ts';
import type { Compared } from '../../../core/stitch/matching.ts';
import type { Pairs } from '../../../core/stitch/pairs.ts';
import { Comparer, type Patterns } from '../../../core/stitch/patterns.ts';
import { type Profiles, profilesOf } from '../../../core/stitch/profiles.ts';
import type { Shape } from '../../../core/stitch/shape.ts';
import { standardColumns } from '../../../core/stitch/standardise.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { appendIntegers, readIntegers } from '../integers.ts';
import { readStandard } from './column-files.ts';

/** Pairs whose profiles are in memory at once. */
const TOGETHER = 500_000;

interface Known {
  session: DuckDbSession;
  shape: Shape;
  /** The first record of each profile. */
  ids: Int32Array;
  patterns: Patterns;
  context: (profiles: Profiles) => Context;
}

/** Compares pairs that no bucket held, some at a time: the texts of their profiles are read once, from the view `part`. */
export class FurtherPairs {
  readonly #known: Known;

  constructor(known: Known) {
    this.#known = known;
  }

  async compare({ a, b }: Pairs): Promise<Compared> {
    const { session, ids } = this.#known;
    const pattern = new Int32Array(a.length);
    await session.run('stitch: further pairs', 'CREATE OR REPLACE TABLE wanted (batch INTEGER, rid INTEGER)');
    const batches = Int32Array.from(a, (_, row) => Math.floor(row / TOGETHER));
    for (const places of [a, b]) {
      await appendIntegers(session, 'wanted', [batches, places.map((place) => ids[place] ?? 0)]);
    }
    const columns = standardColumns(this.#known.shape).map((name) => `p.${ident(name)}`);
    await session.run(
      'stitch: further profiles',
      `CREATE OR REPLACE TABLE further AS SELECT w.batch, w.rid, ${columns.join(', ')}
FROM (SELECT DISTINCT batch, rid FROM wanted) w JOIN part p ON p.rid = w.rid ORDER BY w.batch, w.rid`,
    );
    for (let from = 0; from < a.length; from += TOGETHER) {
      const to = Math.min(a.length, from + TOGETHER);
      pattern.set(await this.#batch(from / TOGETHER, a.subarray(from, to), b.subarray(from, to)), from);
    }
    return { a, b, pattern };
  }

  async #batch(batch: number, a: Int32Array, b: Int32Array): Promise<Int32Array> {
    const { session, shape, ids, patterns, context } = this.#known;
    const rows = `(SELECT (row_number() OVER (ORDER BY rid) - 1)::INTEGER AS "row", '' AS datasource, * FROM further WHERE batch = ${batch})`;
    const sql = `SELECT rid FROM further WHERE batch = ${batch} ORDER BY rid`;
    const [held = new Int32Array()] = await readIntegers(session, 'stitch: further profiles', sql);
    const profiles = profilesOf(held, (await readStandard(session, rows, shape)).columns);
    const comparer = new Comparer(comparisonsOf(shape), context(profiles));
    const placed = (places: Int32Array) => places.map((place) => profiles.place(ids[place] ?? 0));
    const own = comparer.compareAll({ a: placed(a), b: placed(b) });
    const numbers = Int32Array.from({ length: comparer.patterns.size }, (_, each) =>
      patterns.add(comparer.patterns.levels(each)),
    );
    return own.map((each) => numbers[each] ?? 0);
  }
}
