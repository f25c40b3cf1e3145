import { z } from 'zod';
import { RecordKey } from './record-key.ts';

const MatchedRecord = RecordKey.extend({ amp_id: z.string() });

/** What two records say, whoever they are. Weights are bits: log2 of how much likelier one person is. */
export const PairExplanation = z.object({
  /** Log2 of the odds for two records taken at random: where the waterfall begins. */
  prior: z.number(),
  evidence: z.array(
    z.object({
      field: z.string(),
      /** Values as they are compared. */
      one: z.string().nullable(),
      other: z.string().nullable(),
      /** Such as `equal`, `nickname`, `differ`. */
      level: z.string(),
      weight: z.number(),
      /** Prior, and evidence up to this field. */
      total: z.number(),
    }),
  ),
  /** What of it falls to two people of one household having so much in common, in bits; never above 0. */
  household: z.number(),
  /** Prior, evidence and household together: above 0 they are likelier one person than not. */
  weight: z.number(),
  /** 0 to 5; two records may be one person at less, through others. */
  score: z.number(),
  category: z.string(),
  /** The field whose conflict keeps them apart. */
  veto: z.string().optional(),
});
export type PairExplanation = z.infer<typeof PairExplanation>;

/** One step of the evidence from one record to another: a pair that the run accepted, or that a label binds. */
export const EvidenceHop = PairExplanation.extend({
  one: RecordKey,
  other: RecordKey,
  /**
   * How the run came to it: `scored` since a rule brought them together, `scored_transitive` when they were compared within
   * their component, `trivial_duplicate` since they say the same in everything, `label` since a person said so.
   */
  match_type: z.enum(['scored', 'scored_transitive', 'trivial_duplicate', 'label']),
  /** As the run published it. */
  published_score: z.number(),
  /** Blocking rules that brought the two together; none when no rule did. */
  rules: z.array(z.string()),
  /** What would part the two by rule, and was outweighed by something else: separation keys, labels, clean sources. */
  vetoes: z.array(z.string()),
});
export type EvidenceHop = z.infer<typeof EvidenceHop>;

/** One thing that speaks for or against one person, and can be thought away. */
export const EvidencePiece = z.object({
  /** Of the evidence; a column for keys; `label` or `source` for what people or clean sources say. */
  field: z.string(),
  /** The values of it; a label's name, a source's. */
  values: z.array(z.string()),
  /** The records whose value it is. */
  records: z.array(RecordKey),
  /** What was done to it: taken away, or made equal to `equal_to`. */
  change: z.enum(['away', 'equal']),
  equal_to: z.string().optional(),
});
export type EvidencePiece = z.infer<typeof EvidencePiece>;

/** What would turn the answer about two records, found by computing their people once more. */
export const Counterfactual = z.object({
  /** Records that were computed once more; `complete` when they are all of the components. */
  records: z.number().int(),
  complete: z.boolean(),
  /** Whether computing them unchanged gave the people of the run. Where the two came out otherwise nothing was tried. */
  as_run: z.boolean(),
  /** What limits this answer, or why there is none. */
  note: z.string().optional(),
  /** Pieces that were tried by themselves. */
  tried: z.number().int(),
  /** Those that turn the answer by themselves. */
  single: z.array(EvidencePiece),
  /** The smallest combination that was found to, where no single one does; empty when none was. */
  combination: z.array(EvidencePiece),
});
export type Counterfactual = z.infer<typeof Counterfactual>;

/** Two groups of one component that refinement did not join, judged as one record each. */
export const ClusterVerdict = z.object({
  /** The people of the two, by number of records and their first ones. */
  one: z.object({ records: z.number().int(), first: z.array(RecordKey) }),
  other: z.object({ records: z.number().int(), first: z.array(RecordKey) }),
  /** The accepted pair that links them. */
  link: z.object({ one: RecordKey, other: RecordKey, score: z.number() }),
  prior: z.number(),
  /** Bits by field: the best pair's for what a person has several of, else the mean over the pairs that have both values. */
  evidence: z.array(z.object({ field: z.string(), weight: z.number() })),
  household: z.number(),
  /** The sum: they are joined from 0 on, unless something else parts them. */
  weight: z.number(),
  parted_by: z.enum(['conflict', 'separation key', 'rule', 'label', 'clean source', 'supersized component']),
});
export type ClusterVerdict = z.infer<typeof ClusterVerdict>;

/** Why two records are apart. */
export const WhyApart = z.object({
  /** The most decisive first. */
  reasons: z.array(
    z.object({
      kind: z.enum([
        'label',
        'rule',
        'separation key',
        'clean source',
        'conflict',
        'below threshold',
        'never met',
        'refinement',
        'supersized component',
        'different components',
      ]),
      because: z.string(),
    }),
  ),
  /** Bits that the pair lacks to be accepted; 0 when it has enough, null when no weight would do. */
  lacks: z.number().nullable(),
  /** Every rule that may bring records together, with the keys of both. */
  rules: z.array(
    z.object({
      rule: z.string(),
      one: z.string().nullable(),
      other: z.string().nullable(),
      outcome: z.enum(['met', 'missing', 'differ', 'too common']),
    }),
  ),
  /** Some rule brought the two together. */
  met: z.boolean(),
  /** A chain of accepted pairs leads from one to the other. */
  one_component: z.boolean(),
  /** Where refinement cut that chain. */
  cuts: z.array(ClusterVerdict),
  counterfactual: Counterfactual,
});
export type WhyApart = z.infer<typeof WhyApart>;

/** Why two records are one person or two: what they say to each other, and what was asked besides. */
export const MatchExplanation = PairExplanation.extend({
  one: MatchedRecord,
  other: MatchedRecord,
  same_person: z.boolean(),
  /** Of one person, unless it was asked why they are apart. */
  together: z
    .object({
      /** The accepted pairs that lead from one to the other; its weakest one is as strong as can be. */
      path: z.array(EvidenceHop),
      /** What would part them. */
      counterfactual: Counterfactual,
    })
    .optional(),
  /** Of two people, when it was asked why they are apart. */
  apart: WhyApart.optional(),
});
export type MatchExplanation = z.infer<typeof MatchExplanation>;
