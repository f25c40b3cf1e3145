import { z } from 'zod';
import { StitchSettings } from '../../contracts/customer360.ts';
import { Instant } from '../../contracts/names.ts';
import { Rule } from '../blocking/rule.ts';

/**
 * What Stitch has learnt: it changes when it is trained, never between two runs that share it. Weights are bits
 * (log2 of how much likelier a level is between records of one person, or of two of one household, than between those of
 * strangers).
 */
export const StitchModel = z.object({
  /** Another one, too, when values are standardised otherwise: those of the last run are kept, and compared with. */
  version: z.literal(4),
  /** Columns of the records that it was trained on. */
  columns: z.array(z.string()),
  /** Hash of the settings that it was trained under. */
  settings: z.string(),
  /** What it was trained on. */
  profiles: z.number().int(),
  records: z.number().int(),
  /** The run that trained it, and from when on it decides; of earlier versions neither is known. */
  origin: z.object({ run: z.string(), since: Instant }).optional(),
  /** Tells the input of the run that this file lies beside from another; of its records only when it read all of them. */
  input: z.object({
    records: z.string().nullable(),
    settings: z.string(),
    /** What people had said of records: all that the settings' hash leaves out. */
    labels: StitchSettings.shape.labels,
  }),
  /** Log2 of the odds that two records taken at random are one person's. */
  prior: z.number(),
  /** The same, that they are of one household. */
  household: z.number(),
  comparisons: z.array(
    z.object({
      name: z.string(),
      levels: z.array(
        z.object({
          name: z.string(),
          m: z.number(),
          u: z.number(),
          h: z.number(),
          weight: z.number(),
          shared: z.number(),
        }),
      ),
    }),
  ),
  /** What profiles meet by. Blocks that are refined go by the place of their rule. */
  rules: z.array(Rule),
  /** Sources shown to hold each person once. */
  cleanSources: z.array(z.string()),
});
export type StitchModel = z.infer<typeof StitchModel>;
