import { MatchExplanation } from '../../core/contracts/explanation.ts';

/** Explanations of one person and of two, in which every text is the same. */
export function explanationsOf(value: string): { together: MatchExplanation; apart: MatchExplanation } {
  const key = { datasource: 'web', pk: value };
  const turning = {
    ...{ records: 2, complete: true, as_run: true, note: value, tried: 1, combination: [] },
    single: [{ field: value, values: [value], records: [key], change: 'equal' as const, equal_to: value }],
  };
  const pair = {
    prior: -10,
    evidence: [{ field: value, one: value, other: value, level: value, weight: 12, total: 2 }],
    ...{ household: -0.5, weight: 1.5, score: 3.1, category: value, veto: value },
  };
  const together = MatchExplanation.parse({
    ...pair,
    one: { ...key, amp_id: value },
    other: { ...key, amp_id: value },
    same_person: true,
    together: {
      path: [
        {
          ...pair,
          ...{ one: key, other: key, match_type: 'scored', published_score: 3.1 },
          ...{ rules: [value], vetoes: [value] },
        },
      ],
      counterfactual: turning,
    },
  });
  const cluster = { records: 1, first: [key] };
  const apart = MatchExplanation.parse({
    ...{ ...together, same_person: false, together: undefined },
    apart: {
      reasons: [{ kind: 'conflict', because: value }],
      lacks: 2,
      rules: [{ rule: value, one: value, other: value, outcome: 'differ' }],
      ...{ met: false, one_component: true },
      cuts: [
        {
          ...{ one: cluster, other: cluster, link: { one: key, other: key, score: 3 } },
          ...{ prior: -10, evidence: [{ field: value, weight: 1 }], household: 0, weight: -9, parted_by: 'conflict' },
        },
      ],
      counterfactual: turning,
    },
  });
  return { together, apart };
}
