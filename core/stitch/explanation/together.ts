import type { EvidenceHop, MatchExplanation } from '../../contracts/explanation.ts';
import type { RecordKey } from '../../contracts/record-key.ts';
import { type Case, counterfactualOf, recalled } from './counterfactual.ts';
import { Meetings } from './meeting.ts';
import { whatParts } from './parting.ts';
import { type PublishedPair, textOfKey } from './published-path.ts';
import { explainerOf } from './recompute.ts';
import { vetoesBetween } from './vetoes.ts';

/** Why two records are one person: the pairs that lead from one to the other, and what would part them. */
export async function explainTogether(
  asked: Case,
  path: readonly PublishedPair[],
): Promise<NonNullable<MatchExplanation['together']>> {
  const { world, basis, one, other } = asked;
  const again = await recalled(asked);
  const explainer = explainerOf(world, basis);
  const meetings = new Meetings(again.found, basis);
  const places = new Map(world.records.map((record, place) => [textOfKey(record), place]));
  const at = (key: RecordKey) => places.get(textOfKey(key)) ?? one;
  const hops = path.map((hop): EvidenceHop => {
    const [from, to] = [at(hop.one), at(hop.other)];
    const pair = explainer.explain(from, to);
    return {
      one: { datasource: hop.one.datasource, pk: hop.one.pk },
      other: { datasource: hop.other.datasource, pk: hop.other.pk },
      match_type: hop.match_type,
      published_score: hop.score,
      // Duplicates are one profile: they never met, since one of them stands for both.
      rules: hop.match_type === 'trivial_duplicate' ? [] : meetings.rulesBetween(from, to),
      vetoes: vetoesBetween({ world, one: from, other: to }, pair).map(({ because }) => because),
      ...pair,
    };
  });
  const along = hops.length === 0 ? [one, other] : [one, ...path.map((hop) => at(hop.other))];
  return { path: hops, counterfactual: await counterfactualOf(again, (search) => whatParts(search, along)) };
}
