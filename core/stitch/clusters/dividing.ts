import { type Compares, comparerOf, joinedPairs } from '../comparisons/comparing.ts';
import type { Comparer } from '../comparisons/patterns.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import { type Crew, partsOf } from '../crew.ts';
import { decider, hundredths, thresholdOf } from '../model/decide.ts';
import type { StitchModel } from '../model/model.ts';
import { joined } from '../records/grown.ts';
import type { Labels } from '../records/labels.ts';
import { type Pieces, some } from './clusters.ts';
import { linkageOf } from './linkage.ts';
import { type Divided, divide, type Judges } from './people.ts';

/** What pieces of a run are divided by, as it goes to another thread. */
export interface Divides {
  compares: Compares;
  model: StitchModel;
  /** Clean sources of each profile, one bit each. */
  sources: Int32Array;
  /** Of profiles. */
  labels: Labels;
  /** First profiles of the pieces that are left whole. */
  keep: ReadonlySet<number>;
}

/** Divides pieces into people, each hand a part of them. `comparer` is made of the same, and knows the patterns of the pairs. */
export async function divideAll(crew: Crew, divides: Divides, comparer: Comparer, pieces: Pieces): Promise<Divided> {
  const { starts, metStarts } = pieces;
  const work = (n: number) => (starts[n] ?? 0) + (metStarts[n] ?? 0);
  const last = starts.length - 1;
  const cuts = partsOf(crew, work(last)).map(({ to }) => firstWith(work, last, to));
  const part = (i: number) => some(pieces, cuts[i - 1] ?? 0, cuts[i] ?? last);
  const patterns = comparer.patterns.rows();
  const given = crew.give(
    'divide',
    cuts.slice(1).map((_, i) => ({ divides, patterns, pieces: part(i + 1) })),
  );
  const parts = [divide(part(0), judgesOf(divides, comparer))];
  for (const { divided, patterns: more } of await given) {
    const numbers = comparer.patterns.addAll(more);
    const { transitive } = divided;
    const pattern = transitive.pattern.map((number) => numbers[number] ?? 0);
    parts.push({ ...divided, transitive: { ...transitive, pattern } });
  }
  return {
    cluster: joined(parts.map(({ cluster }) => cluster)),
    transitive: joinedPairs(parts.map(({ transitive }) => transitive)),
  };
}

/** The first number up to `last` that comes with so much work before it. */
function firstWith(work: (n: number) => number, last: number, amount: number): number {
  let [from, to] = [0, last];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (work(middle) < amount) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** What a hand is given: some of the pieces, and the levels of the patterns that their pairs have. */
interface DividePart {
  divides: Divides;
  patterns: Uint8Array;
  pieces: Pieces;
}

/** A hand's part, with the levels of the patterns that its pairs have. */
export function dividePart({ divides, patterns, pieces }: DividePart): { divided: Divided; patterns: Uint8Array } {
  const comparer = comparerOf(divides.compares);
  comparer.patterns.addAll(patterns);
  const divided = divide(pieces, judgesOf(divides, comparer));
  return { divided, patterns: comparer.patterns.rows() };
}

function judgesOf({ compares, model, ...given }: Divides, comparer: Comparer): Judges {
  const { shape, settings } = compares;
  const comparisons = comparisonsOf(shape, settings.rules);
  const decide = decider(comparisons, model, settings);
  return {
    ...given,
    comparer,
    score: (levels) => hundredths(decide(levels).score),
    linkage: linkageOf(comparisons, model, settings),
    threshold: thresholdOf(settings),
  };
}
