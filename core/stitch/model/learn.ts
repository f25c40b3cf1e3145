import type { StitchSettings } from '../../contracts/customer360.ts';
import type { Rule } from '../blocking/rule.ts';
import type { Comparison } from '../comparisons/comparison.ts';
import type { Shape } from '../records/shape.ts';
import type { Agreement } from '../records/values.ts';
import type { Weights } from './decide.ts';
import type { StitchModel } from './model.ts';
import { settingsHash } from './state.ts';
import { type Seen, train } from './train.ts';

export interface Learning {
  comparisons: readonly Comparison[];
  priority: 'fk' | 'sk';
  /** How many there are. */
  profiles: number;
  agreements: readonly Agreement[];
  /** The patterns of pairs drawn from all. */
  random: () => Promise<Seen>;
}

/** The weights that candidates teach, among all pairs of the profiles. */
export async function learn({ random, ...learning }: Learning, candidates: Seen): Promise<Weights> {
  const every = (learning.profiles * (learning.profiles - 1)) / 2;
  const seen = candidates.pairs.reduce((sum, pairs) => sum + pairs, 0);
  return train({ ...learning, candidates, random: seen === every ? candidates : await random() });
}

interface Trained {
  records: { size: number };
  shape: Shape;
  settings: StitchSettings;
  input: StitchModel['input'];
}

/** The model that the pairs teach which rules brought together. It knows of no clean source. */
export async function trained(
  { records, shape, settings, input }: Trained,
  learning: Learning,
  { candidates, rules }: { candidates: Seen; rules: Rule[] },
): Promise<StitchModel> {
  return {
    version: 4,
    columns: [...shape.columns].sort(),
    settings: settingsHash(settings),
    ...{ profiles: learning.profiles, records: records.size, input },
    ...(await learn(learning, candidates)),
    rules,
    cleanSources: [],
  };
}
