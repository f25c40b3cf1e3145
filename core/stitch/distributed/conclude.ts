import { rowsWithin, unmet } from '../clusters.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import { decider } from '../decide.ts';
import type { Collapsed } from '../duplicates.ts';
import { profileLabels } from '../labels.ts';
import { linksOf, rowsFrom } from '../links.ts';
import { type Compared, joinedPairs, RANDOM_PAIRS, randomPairs, scoresOf, seen, seenAs, taken } from '../matching.ts';
import { NEAR } from '../outputs.ts';
import type { Pairs } from '../pairs.ts';
import type { Patterns } from '../patterns.ts';
import {
  clustered,
  divide,
  findCleanSources,
  learnt,
  type Resolution,
  type ToResolve,
  thresholdOf,
  type Watch,
} from '../resolve.ts';
import { repeated } from '../weak.ts';
import type { SpreadPlan } from './plan.ts';

/** What buckets told of the pairs that met, and how pairs that didn't are compared. */
export interface Told {
  /** Of all pairs, and how many pairs have each. */
  patterns: Patterns;
  counts: Float64Array;
  /** The pairs of each bucket, as often as they are asked for. */
  buckets(): AsyncIterable<Compared>;
  /** Compares further pairs of profiles; their patterns are added to the others. */
  compare(pairs: Pairs): Promise<Compared>;
}

export type Concluded = Pick<
  Resolution,
  'model' | 'collapsed' | 'labels' | 'links' | 'judged' | 'assigned' | 'warnings'
>;

/** Of a distributed run all that is decided over the whole: a model, links, people. Beside what is compared here it holds numbers alone. */
export async function conclude(
  given: Omit<ToResolve, 'known'>,
  collapsed: Collapsed,
  { patterns, counts, buckets, compare }: Told,
  { agreements }: Pick<SpreadPlan, 'agreements'>,
  watch: Pick<Watch, 'stage'>,
): Promise<Concluded & { met: number }> {
  const { settings, shape } = given;
  const { size } = collapsed.profiles;
  const comparisons = comparisonsOf(shape);
  const candidates = seenAs(patterns, counts);
  const met = counts.reduce((sum, n) => sum + n, 0);
  const drawn = met === (size * (size - 1)) / 2 ? undefined : await compare(randomPairs(size, RANDOM_PAIRS));
  const random = drawn ? seen(patterns, drawn.pattern) : candidates;
  const model = watch.stage('train', () => learnt(given, size, comparisons, { candidates, random, agreements }));
  const decide = decider(comparisons, model, settings.key_priority);
  const scores = scoresOf(patterns, decide);
  const threshold = thresholdOf(settings);
  const told = await gathered(buckets(), ({ pattern }) => rowsFrom(pattern, scores, Math.min(NEAR, threshold)));
  const labels = profileLabels(given.labels, collapsed.profile);
  const links = linksOf(told, scores, threshold, labels);
  model.cleanSources = findCleanSources(given.records, collapsed, links);
  const divided = watch.stage('divide', () => divide(size, links, settings));
  const known = await gathered(buckets(), (pairs) => rowsWithin(divided.piece, pairs));
  const transitive = await compare(unmet(divided.piece, known));
  const within = { known, transitive, alike: await compare(repeated(collapsed)) };
  const matching = { given, collapsed, comparisons, patterns, decide, model, labels };
  const found = watch.stage('cluster', () => clustered(matching, divided, within));
  return {
    ...{ model, collapsed, labels, links, met },
    judged: [{ pairs: told, scores, met: true }, found.transitive],
    assigned: found.assigned,
    warnings: found.warnings,
  };
}

/** Some pairs of each bucket. */
async function gathered(buckets: AsyncIterable<Compared>, wanted: (pairs: Compared) => Int32Array): Promise<Compared> {
  const found: Compared[] = [];
  for await (const pairs of buckets) found.push(taken(pairs, wanted(pairs)));
  return joinedPairs(found);
}
