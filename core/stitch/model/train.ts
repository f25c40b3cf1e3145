import { type Comparison, DIFFER, equalLevel, levelCount } from '../comparisons/comparison.ts';
import type { Agreement } from '../records/values.ts';
import { keyVerdict, type Weights } from './decide.ts';
import { believed, believedOfHousehold, type Classes, isSeveral, ODD, rounded, weigh } from './weights.ts';

/** Distinct rows of levels in a fixed order, and how many pairs have each. */
export interface Seen {
  levels: readonly Uint8Array[];
  pairs: readonly number[];
}

export interface TrainingInput {
  comparisons: readonly Comparison[];
  /** Of all pairs that met. */
  candidates: Seen;
  /** Of pairs drawn from all, by a fixed rule. */
  random: Seen;
  /** Pairs that agree on a value of a band, of all pairs there are, counted in closed form. */
  agreements: readonly Agreement[];
  profiles: number;
  priority: 'fk' | 'sk';
}

type Trained = Weights;

const ROUNDS = 50;
/** Rounds end when the count of matches moves by less. */
const SETTLED = 1e-4;

/**
 * Fellegi–Sunter weights of three kinds of pairs: of one person, of two people of one household, of strangers. For every
 * level the number of pairs in the whole space that reach it is known: equality in closed form from value counts, the rest
 * from pairs drawn at random (and never fewer than met). EM over the candidates' patterns tells how many of them are of each
 * kind; what is left are strangers. So blocking biases none of them, and values that only one person holds don't count as
 * common. A household shares what it is seen to share, in as many pairs as show it: where there are none, none is thought of.
 */
export function train(input: TrainingInput): Trained {
  const { comparisons, candidates: seen } = input;
  const all = (input.profiles * (input.profiles - 1)) / 2 || 1;
  const space = levelSpace(comparisons, input, tally(comparisons, seen), all);
  const levels = (of: typeof believed) => comparisons.map((comparison, field) => of(comparison, space[field] ?? []));
  const flat = new Flat(comparisons, seen, input.priority);
  const strangers = { all, byError: bySameContact(comparisons, input.profiles) };
  const settled = (from: Expected) => {
    let [found, trained] = [from, fitted(comparisons, space, from, strangers)];
    for (let round = 0; round < ROUNDS; round++) {
      const before = found.matches;
      found = expect(flat, trained);
      trained = fitted(comparisons, space, found, strangers);
      if (Math.abs(found.matches - before) <= SETTLED * found.matches) break;
    }
    return { found, trained };
  };
  const { found, trained } = settled({
    matched: levels(believed),
    household: levels(believedOfHousehold),
    matches: input.profiles / 2,
    homes: input.profiles / 10,
  });
  if (!comparisons.some((comparison, field) => isSeveral(comparison, space[field] ?? [], found.matched[field] ?? [])))
    return trained;
  // Households were taken for people: begun anew with those who differ in what is a person's own as households.
  return settled(expect(flat, trained, comparisons)).trained;
}

function tally(comparisons: readonly Comparison[], seen: Seen): number[][] {
  const counts = comparisons.map((comparison) => new Array<number>(levelCount(comparison)).fill(0));
  seen.levels.forEach((levels, row) => {
    levels.forEach((level, field) => {
      const of = counts[field];
      if (of !== undefined) of[level] = (of[level] ?? 0) + (seen.pairs[row] ?? 0);
    });
  });
  return counts;
}

/** How many of all pairs reach each level of each comparison. */
function levelSpace(
  comparisons: readonly Comparison[],
  input: TrainingInput,
  met: number[][],
  all: number,
): number[][] {
  const drawn = tally(comparisons, input.random);
  const total = input.random.pairs.reduce((sum, pairs) => sum + pairs, 0) || 1;
  return comparisons.map((comparison, field) => {
    const levels = (drawn[field] ?? []).map((pairs, level) =>
      Math.max((pairs / total) * all, met[field]?.[level] ?? 0),
    );
    for (let band = 0; band < (comparison.equal?.bands ?? 0); band++) levels[equalLevel(comparison, band)] = 0;
    for (const { semantic, band, pairs } of input.agreements) {
      if (comparison.equal?.column !== semantic) continue;
      const level = equalLevel(comparison, band);
      levels[level] = (levels[level] ?? 0) + pairs;
    }
    return levels;
  });
}

interface Expected {
  matched: number[][];
  household: number[][];
  matches: number;
  homes: number;
}

/** Patterns as places in one row of all levels of all comparisons, so that a round of EM is sums over arrays of numbers. */
class Flat {
  /** Where each comparison's levels begin. */
  readonly starts: readonly number[];
  readonly width: number;
  /** By pattern and comparison. */
  readonly cells: Int32Array;
  readonly pairs: Float64Array;
  /** Whether keys settle a pattern: 1 together, -1 apart. */
  readonly keys: Int8Array;

  constructor(comparisons: readonly Comparison[], seen: Seen, priority: 'fk' | 'sk') {
    const starts = [0];
    for (const comparison of comparisons) starts.push((starts.at(-1) ?? 0) + levelCount(comparison));
    this.width = starts.pop() ?? 0;
    this.starts = starts;
    this.pairs = Float64Array.from(seen.pairs);
    this.cells = new Int32Array(seen.levels.length * starts.length);
    const verdict = keyVerdict(comparisons, priority);
    this.keys = Int8Array.from(
      seen.levels,
      (levels) => ({ together: 1, apart: -1, none: 0 })[verdict(levels) ?? 'none'],
    );
    seen.levels.forEach((levels, row) => {
      for (let field = 0; field < starts.length; field++)
        this.cells[row * starts.length + field] = (starts[field] ?? 0) + (levels[field] ?? 0);
    });
  }

  /** A number of each level of each comparison, in one row. */
  row(of: readonly (readonly number[])[]): Float64Array {
    return Float64Array.from(of.flat());
  }

  /** Its counterpart. */
  byComparison(row: Float64Array): number[][] {
    return this.starts.map((from, field) => Array.from(row.subarray(from, this.starts[field + 1] ?? this.width)));
  }
}

/** How many pairs of each kind are thought to reach each level, under the weights so far. */
function expect(flat: Flat, trained: Trained, parted: readonly Comparison[] = []): Expected {
  const expecting = new Expecting(flat, trained, parted);
  // A call for each row: the engine makes fast code of what is called often, not of a loop that few calls go through.
  for (let row = 0; row < flat.pairs.length; row++) expecting.add(row);
  const { matched, household, matches, homes } = expecting;
  return { matched: flat.byComparison(matched), household: flat.byComparison(household), matches, homes };
}

/** Odds are multiplied instead of their logarithms added up: that a household is thought of too takes no logarithm then. */
class Expecting {
  matches = 0;
  homes = 0;
  readonly matched: Float64Array;
  readonly household: Float64Array;
  readonly #flat: Flat;
  /** Of strangers against one person, then of each level. */
  readonly #prior: number;
  readonly #against: Float64Array;
  /** Of one household against strangers. */
  readonly #home: number;
  readonly #sharing: Float64Array;
  /** What is a person's own, and the cell of those who differ in it, where these begin as a household. */
  readonly #parting: readonly { field: number; differ: number; conflict: boolean }[];

  constructor(flat: Flat, { prior, household, comparisons }: Trained, parted: readonly Comparison[]) {
    this.#parting = parted.flatMap(({ name, conflict }, field) =>
      conflict || name === 'email' ? [{ field, differ: (flat.starts[field] ?? 0) + DIFFER, conflict }] : [],
    );
    const of = (odds: (level: Trained['comparisons'][number]['levels'][number]) => number) =>
      flat.row(comparisons.map(({ levels }) => levels.map(odds)));
    this.#flat = flat;
    this.#prior = 2 ** -prior;
    this.#home = 2 ** household;
    this.#against = of(({ weight }) => 2 ** -weight);
    this.#sharing = of(({ shared }) => 2 ** shared);
    this.matched = new Float64Array(flat.width);
    this.household = new Float64Array(flat.width);
  }

  add(row: number): void {
    const { cells, pairs, keys, starts } = this.#flat;
    const [from, to] = [row * starts.length, (row + 1) * starts.length];
    let [strangers, home] = [this.#prior, this.#home];
    for (let field = from; field < to; field++) {
      const cell = cells[field] ?? 0;
      strangers *= this.#against[cell] ?? 1;
      home *= this.#sharing[cell] ?? 1;
    }
    const [count, key] = [pairs[row] ?? 0, keys[row] ?? 0];
    const likely = key === 0 ? chance(1 / (1 + strangers * (1 + home))) : Math.max(0, key);
    let [match, near] = [likely * count, (1 - likely) * chance(home / (1 + home)) * count];
    if (this.#parts(from)) [match, near] = [0, match + near];
    if (match === 0 && near === 0) return;
    this.matches += match;
    this.homes += near;
    for (let field = from; field < to; field++) {
      const cell = cells[field] ?? 0;
      this.matched[cell] = (this.matched[cell] ?? 0) + match;
      this.household[cell] = (this.household[cell] ?? 0) + near;
    }
  }

  /** Whether two differ in what is a person's own and agree in none of it: a birth date or an e-mail in common is no family's. */
  #parts(from: number): boolean {
    let differs = false;
    for (const { field, differ, conflict } of this.#parting) {
      const cell = this.#flat.cells[from + field] ?? 0;
      if (cell > differ) return false;
      differs ||= conflict && cell === differ;
    }
    return differs;
  }
}

/**
 * Below one in sixteen a chance counts as none: of so many unlikely pairs there are so many that the little by which fields
 * depend on each other, such as a given name and a middle initial, would be learnt as people.
 */
const chance = (likely: number): number => (likely < 1 / 16 ? 0 : likely);

/** What all records have who have nothing else: strangers share it by error alone, as one record in fifty has another's. */
const CONTACTS = new Set(['email', 'phone']);
const PERSONS_OWN = new Set(['given_name', 'birthdate']);

/**
 * By comparison the pairs of strangers that may be equal. Where nothing is a person's own but e-mail and phone, a value that
 * two records have is told from chance by nothing else, and EM would settle for as few matches as it began with.
 */
function bySameContact(comparisons: readonly Comparison[], profiles: number): number[] {
  const isBare = !comparisons.some(({ name }) => PERSONS_OWN.has(name));
  return comparisons.map(({ name }) => (isBare && CONTACTS.has(name) ? ODD * profiles : Number.POSITIVE_INFINITY));
}

interface Strangers {
  all: number;
  byError: readonly number[];
}

function fitted(
  comparisons: readonly Comparison[],
  space: number[][],
  { matches, homes, ...found }: Expected,
  { all, byError }: Strangers,
): Trained {
  const strangers = Math.max(0, all - matches - homes) + 0.5;
  return {
    prior: rounded(Math.log2((matches + 0.5) / strangers)),
    household: rounded(Math.log2((homes + 0.5) / strangers)),
    comparisons: comparisons.map((comparison, field) => {
      const classes = { matched: found.matched[field] ?? [], household: found.household[field] ?? [] };
      return weigh(comparison, atMost(comparison, space[field] ?? [], classes, byError[field] ?? 0), classes);
    }),
  };
}

/** Pairs by level, of which no more than so many strangers are equal. */
function atMost(comparison: Comparison, space: number[], { matched, household }: Classes, strangers: number): number[] {
  const first = space.length - (comparison.equal?.bands ?? 0);
  const known = (level: number) => (matched[level] ?? 0) + (household[level] ?? 0);
  const left = space.map((pairs, level) => (level < first ? 0 : Math.max(0, pairs - known(level))));
  const sum = left.reduce((total, pairs) => total + pairs, 0);
  if (sum <= strangers) return space;
  return space.map((pairs, level) => pairs - (1 - strangers / sum) * (left[level] ?? 0));
}
