import { z } from 'zod';
import { StitchSettings } from '../../contracts/customer360.ts';
import { Rule } from '../blocking/rule.ts';
import { poolOf } from '../blocking/rule-pool.ts';
import { StitchModel } from '../model/model.ts';
import { type Shape, shapeOf } from '../records/shape.ts';

/** What all pieces of a distributed run are told. */
export const SpreadPlan = z.object({
  /** Columns of the tagged records, and those without any value. */
  columns: z.array(z.string()),
  empty: z.array(z.string()),
  settings: StitchSettings,
  records: z.number().int(),
  /** Keys of the objects that hold the tagged records. */
  parts: z.array(z.string()),
  /** A model of an earlier run that decides, and the folder of what it froze. */
  model: z.object({ known: StitchModel, folder: z.string() }).optional(),
  /** Why a model is trained, where none decides. */
  trains: z.string().optional(),
  /** How often records outgrew the model that was to decide: each time what was made of it is made anew. */
  round: z.number().int(),
  /** Values that too many people share. */
  shared: z.array(z.object({ semantic: z.string(), value: z.string(), num_values: z.number(), num_proxy: z.number() })),
  profiles: z.number().int(),
  /** What profiles meet by, once that is chosen; and what was left out. */
  rules: z.array(Rule),
  left_out: z.array(z.object({ rule: z.string(), pairs: z.number(), accepted: z.number() })),
  /** Pairs of profiles that agree on a value of a band. */
  agreements: z.array(z.object({ semantic: z.string(), band: z.number(), pairs: z.number() })),
  /** Keys of the objects that hold the blocks, and how many buckets these are in. */
  buckets: z.array(z.string()),
  bucket_count: z.number().int(),
  blocking: z.array(z.object({ rule: z.string(), keys: z.number(), pairs: z.number(), cut: z.number() })),
});
export type SpreadPlan = z.infer<typeof SpreadPlan>;

/** Which columns the run has values in. */
export const shapeIn = ({ columns, empty }: Pick<SpreadPlan, 'columns' | 'empty'>): Shape => shapeOf(columns, empty);

/** The rules that records are given keys by: those of the model, else all that there are to choose from. */
export const keyedRules = (plan: Pick<SpreadPlan, 'model' | 'columns' | 'empty' | 'settings'>): Rule[] =>
  plan.model?.known.rules ?? poolOf(shapeIn(plan), plan.settings.rules);

/** Records of a part: a function reads, standardises and writes them within a minute. */
const A_PART = 500_000;
/** Records to a bucket, which holds the profiles of some six times as many: each stands in several blocks. */
const A_BUCKET = 200_000;
/** Few records are spread too, or nothing would be gained. */
const LEAST = 4;

/** In how many parts records are standardised, and in how many buckets their blocks are compared. */
export const spreadOf = (records: number): { parts: number; buckets: number } => ({
  parts: Math.max(LEAST, Math.ceil(records / A_PART)),
  buckets: Math.max(LEAST, Math.ceil(records / A_BUCKET)),
});

/** Where a distributed run keeps what its pieces hand to each other. */
export const spreadFolder = (runId: string): string => `stitch/${runId}/spread`;
