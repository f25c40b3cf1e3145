import type { Records } from '../cleaning/standardise.ts';
import { groups } from '../clusters/components.ts';
import type { Compared } from '../comparisons/comparing.ts';
import { counted, type Patterns } from '../comparisons/patterns.ts';
import type { Decision } from '../model/decide.ts';
import type { Column } from '../records/columns.ts';

/** How the compared pairs weigh, for people to look at. */
export interface Overview {
  /** Pairs by whole bits of their weight; the ends hold all beyond. */
  weights: { bits: number; pairs: number }[];
  /** Places of the pairs that were hardest to decide, those that became one person and those that did not. */
  near: { a: number; b: number; weight: number }[];
}

const END = 30;
/** Shown on each side of the threshold. */
const EXAMPLES = 10;

/** Of all compared pairs how many weigh how much, and the ones nearest to the threshold, one of each pattern. */
export function overview(patterns: Patterns, pairs: Compared, decide: (levels: Uint8Array) => Decision): Overview {
  const counts = counted(patterns, pairs.pattern);
  const weights = Array.from(counts, (_, pattern) => decide(patterns.levels(pattern)).weight);
  const bins = new Map<number, number>();
  for (const [pattern, weight] of weights.entries()) {
    const bits = Math.max(-END, Math.min(END, Math.floor(weight)));
    bins.set(bits, (bins.get(bits) ?? 0) + (counts[pattern] ?? 0));
  }
  const nearest = (side: (weight: number) => boolean) =>
    leastOf(weights.length, EXAMPLES, (pattern) => {
      const weight = weights[pattern] ?? 0;
      return side(weight) && (counts[pattern] ?? 0) > 0 ? Math.abs(weight) : undefined;
    });
  const shown = [...nearest((weight) => weight >= 0).reverse(), ...nearest((weight) => weight < 0)];
  const near = shown.map((pattern) => {
    const row = pairs.pattern.indexOf(pattern);
    return { a: pairs.a[row] ?? 0, b: pairs.b[row] ?? 0, weight: weights[pattern] ?? 0 };
  });
  return {
    weights: [...bins].map(([bits, n]) => ({ bits, pairs: n })).sort((one, other) => one.bits - other.bits),
    near,
  };
}

/** Of so many things the few that are worth least, ascending, of equal ones the first; what has no worth is none of them. */
function leastOf(size: number, few: number, worth: (thing: number) => number | undefined): number[] {
  const found: { thing: number; worth: number }[] = [];
  for (let thing = 0; thing < size; thing++) {
    const own = worth(thing);
    if (own === undefined || (found.length === few && own >= (found.at(-1)?.worth ?? 0))) continue;
    const place = found.findIndex((other) => other.worth > own);
    found.splice(place < 0 ? found.length : place, 0, { thing, worth: own });
    if (found.length > few) found.pop();
  }
  return found.map(({ thing }) => thing);
}

/** The records of each person who has several; `cluster` is each record's first record of its person. */
export function recordsByPerson(cluster: Int32Array): Int32Array[] {
  const { members, starts } = groups(cluster);
  return Array.from({ length: starts.length - 1 }, (_, i) => members.subarray(starts[i], starts[i + 1]));
}

/** More values than one person should have (reference §3.13). */
const UNLIKELY = [
  { name: 'more than 3 given names', column: 'given_name', most: 3 },
  { name: 'more than 3 surnames', column: 'surname', most: 3 },
  { name: 'more than 2 birth dates', column: 'birthdate', most: 2 },
  { name: 'more than 1 suffix', column: 'generational_suffix', most: 1 },
];

/** People who differ in what a person has once: few should. Shares are percent of all people. */
export function unlikelyPeople(
  { columns }: Records,
  several: readonly Int32Array[],
  people: number,
): { name: string; people: number; share: number }[] {
  return UNLIKELY.map(({ name, column, most }) => {
    const values = columns.get(column);
    const found = values === undefined || values.isEmpty ? 0 : withMore(several, values, most);
    return { name, people: found, share: people === 0 ? 0 : (100 * found) / people };
  });
}

/** How many people have more values than so many. */
function withMore(several: readonly Int32Array[], values: Column, most: number): number {
  // Who was seen last to have a value, so that each counts once a person.
  const seen = new Int32Array(values.dictionary.size).fill(-1);
  let unlikely = 0;
  for (const [person, records] of several.entries()) {
    let count = 0;
    for (const record of records) {
      const code = values.code(record);
      if (code < 0 || seen[code] === person) continue;
      seen[code] = person;
      count++;
    }
    if (count > most) unlikely++;
  }
  return unlikely;
}
