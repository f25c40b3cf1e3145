import type { StitchSettings } from '../../contracts/customer360.ts';
import { type Comparison, equalLevel, levelCount } from '../comparisons/comparison.ts';
import type { Comparer } from '../comparisons/patterns.ts';
import { type Decision, householdShare, hundredths, settler, thresholdOf, type Weights } from '../model/decide.ts';
import type { Verdicts } from '../model/own-rules.ts';
import { band } from '../records/values.ts';

type Level = Weights['comparisons'][number]['levels'][number];

/** One holder's, however often they are written. */
const OWN = new Set(['email', 'phone', 'keys']);

/**
 * Whether so many records that say the same say enough to be one person. How common a name or a place is among people can't
 * be told from them: twenty thousand times "Lee" and nothing else may be as many people. Such a value is therefore as common
 * as it has records, and weighs no more than any value of its column does.
 */
export function sayEnough(comparisons: readonly Comparison[], model: Weights, verdicts: Verdicts) {
  const levelsOf = (field: number): readonly Level[] => model.comparisons[field]?.levels ?? [];
  const typical = comparisons.map((comparison, field) => anyValue(comparison, levelsOf(field)));
  const settled = settler(comparisons, verdicts);
  return (levels: Uint8Array, records: number): boolean => {
    const known = settled(levels);
    if (known !== undefined) return known.says === 'together';
    let [strangers, shared] = [model.prior, model.household];
    for (const [field, comparison] of comparisons.entries()) {
      const own = levelsOf(field)[levels[field] ?? 0];
      if (own === undefined || levels[field] === 0) continue;
      const common = levelsOf(field)[equalLevel(comparison, band(records))];
      const least = OWN.has(comparison.name) || band(records) === 0 ? own : lightest(own, common, typical[field]);
      strangers += least.weight;
      shared += least.shared;
    }
    return strangers + householdShare(shared) >= 0;
  };
}

type Weight = Pick<Level, 'weight' | 'shared'>;

/** Agreement that says nothing at all; it never speaks against. */
const NOTHING: Weight = { weight: 0, shared: 0 };

function lightest(own: Weight, ...others: (Weight | undefined)[]): Weight {
  const least = others.reduce<Weight>(
    (found, other) => (other !== undefined && other.weight < found.weight ? other : found),
    own,
  );
  return least.weight < 0 ? NOTHING : least;
}

/** What agreement weighs whatever the value is: all bands as one. */
function anyValue(comparison: Comparison, levels: readonly Level[]): Weight | undefined {
  const equal = levels.slice(levelCount(comparison) - (comparison.equal?.bands ?? 0));
  const sum = (of: 'm' | 'u' | 'h') => equal.reduce((total, level) => total + level[of], 0);
  if (sum('m') === 0 || sum('u') === 0) return undefined;
  return { weight: Math.log2(sum('m') / sum('u')), shared: Math.log2(Math.max(sum('h'), 1e-9) / sum('u')) };
}

/** What says whether records that say the same are one person. */
interface Judging {
  comparer: Comparer;
  comparisons: readonly Comparison[];
  decide: (levels: Uint8Array) => Decision;
  model: Weights;
  settings: StitchSettings;
}

/** Of profiles, by place, with so many records each, those that agree in all they have, yet in too little to be one person. */
export function weakProfiles(
  places: Iterable<number>,
  records: (place: number) => number,
  { comparer, comparisons, decide, model, settings }: Judging,
): number[] {
  const enough = sayEnough(comparisons, model, settings);
  return Array.from(places).filter((place) => {
    const levels = comparer.patterns.levels(comparer.compare(place, place));
    return hundredths(decide(levels).score) < thresholdOf(settings) || !enough(levels, records(place));
  });
}
