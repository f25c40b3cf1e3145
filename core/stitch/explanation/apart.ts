import type { ClusterVerdict, PairExplanation, WhyApart } from '../../contracts/explanation.ts';
import { acceptedFrom, hundredths, thresholdOf } from '../model/decide.ts';
import { pathAcross } from './accepted-path.ts';
import { verdictOn } from './cluster-verdict.ts';
import { type Case, counterfactualOf, type Recalled, recalled } from './counterfactual.ts';
import { whatJoins } from './joining.ts';
import { Meetings } from './meeting.ts';
import { reasonsOf } from './reasons.ts';
import { type Basis, pairOf, sharesPerson } from './recompute.ts';

/** Why two records are two people, and what would join them. */
export async function explainApart(asked: Case): Promise<WhyApart> {
  const again = await recalled(asked);
  const { world, basis, found, one, other } = again;
  const pair = pairOf(world, basis, one, other);
  const rules = new Meetings(found, basis).outcomes(one, other);
  const { component } = found.assigned;
  const facts = {
    pair,
    lacks: lacking(pair, basis),
    rules,
    met: rules.some(({ outcome }) => outcome === 'met'),
    one_component: component[one] === component[other],
    cuts: cutsOf(again),
  };
  const { pair: _pair, ...told } = facts;
  return {
    reasons: reasonsOf(again, facts),
    ...told,
    counterfactual: await counterfactualOf(again, (search) => whatJoins(search, found)),
  };
}

/** Bits that a pair lacks to be accepted; null when no weight would do. */
function lacking({ weight, score, veto, evidence }: PairExplanation, { settings }: Basis): number | null {
  if (hundredths(score) >= thresholdOf(settings)) return 0;
  if (veto !== undefined && ['keys', 'rules', 'no rule'].includes(veto)) return null;
  const reaches = evidence.some(({ field, weight: bits }) => ['email', 'phone', 'address'].includes(field) && bits > 0);
  const least = acceptedFrom(settings.threshold, reaches);
  // A conflict is outweighed by what makes one person likelier than not.
  const needed = veto === undefined ? least : Math.max(0, least ?? 0);
  return needed === undefined ? null : Math.max(0, needed - weight);
}

/** Where the chain of accepted pairs from one to the other leads from one person into another. */
function cutsOf({ world, basis, found, one, other }: Recalled): ClusterVerdict[] {
  const places = pathAcross(found, one, other)?.places ?? [];
  return places.slice(1).flatMap((place, step) => {
    const before = places[step] ?? one;
    return sharesPerson(found, before, place) ? [] : [verdictOn(world, basis, found, [before, place])];
  });
}
