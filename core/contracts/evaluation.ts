import { z } from 'zod';

const Scores = z.object({ precision: z.number(), recall: z.number(), f1: z.number() });

/** How well Stitch's ids agree with a truth, over the records that both know. */
export const Evaluation = z.object({
  records: z.number().int(),
  /** Records of the truth that Stitch doesn't have, and the other way round. */
  missing: z.number().int(),
  unlabelled: z.number().int(),
  people_true: z.number().int(),
  people_found: z.number().int(),
  /** Over pairs of records: those that Stitch joined, those of them that belong together, and all that do. */
  pairwise: Scores.extend({
    joined: z.number().int(),
    joined_rightly: z.number().int(),
    to_join: z.number().int(),
  }),
  /** Over records: each counts once, however large its group. */
  b_cubed: Scores,
  /** Ids that hold records of several people, worst first: how many, and some of them. */
  false_joins: z.object({
    count: z.number().int(),
    examples: z.array(z.object({ amp_id: z.string(), people: z.array(z.string()), records: z.number().int() })),
  }),
  /** People whose records have several ids. */
  splits: z.object({
    count: z.number().int(),
    examples: z.array(z.object({ person: z.string(), amp_ids: z.array(z.string()), records: z.number().int() })),
  }),
});
export type Evaluation = z.infer<typeof Evaluation>;
