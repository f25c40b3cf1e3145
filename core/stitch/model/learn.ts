import type { Comparison, Context } from '../comparisons/comparison.ts';
import type { Shape } from '../records/shape.ts';
import { agreements } from '../records/values.ts';
import type { Weights } from './decide.ts';
import { type Seen, train } from './train.ts';

export interface Learning {
  comparisons: readonly Comparison[];
  context: Context;
  shape: Shape;
  priority: 'fk' | 'sk';
  /** The patterns of pairs drawn from all. */
  random: () => Promise<Seen>;
}

/** The weights that candidates teach, among all pairs of the profiles. */
export async function learn(
  { comparisons, context, shape, priority, random }: Learning,
  candidates: Seen,
): Promise<Weights> {
  const { profiles } = context;
  const every = (profiles.size * (profiles.size - 1)) / 2;
  const seen = candidates.pairs.reduce((sum, pairs) => sum + pairs, 0);
  return train({
    ...{ comparisons, candidates, priority },
    random: seen === every ? candidates : await random(),
    agreements: agreements(profiles, shape),
    profiles: profiles.size,
  });
}
