import { z } from 'zod';
import { StitchSettings } from '../../contracts/customer360.ts';
import { type Shape, shapeOf } from '../shape.ts';

/** What all pieces of a distributed run are told. */
export const SpreadPlan = z.object({
  /** Columns of the tagged records, and those without any value. */
  columns: z.array(z.string()),
  empty: z.array(z.string()),
  settings: StitchSettings,
  records: z.number().int(),
  /** Keys of the objects that hold the tagged records. */
  parts: z.array(z.string()),
  /** Those that hold the blocks, and how many buckets these are in. */
  buckets: z.array(z.string()),
  bucketCount: z.number().int(),
  /** Values that too many people share. */
  shared: z.array(z.object({ semantic: z.string(), value: z.string(), num_values: z.number(), num_proxy: z.number() })),
  /** Pairs of profiles that agree on a value of a band. */
  agreements: z.array(z.object({ semantic: z.string(), band: z.number(), pairs: z.number() })),
  blocking: z.array(z.object({ rule: z.string(), keys: z.number(), pairs: z.number(), cut: z.number() })),
});
export type SpreadPlan = z.infer<typeof SpreadPlan>;

/** Which columns the run has values in. */
export const shapeIn = ({ columns, empty }: Pick<SpreadPlan, 'columns' | 'empty'>): Shape => shapeOf(columns, empty);

/** Records of a part, and of a bucket: a function reads, standardises and writes the one within a minute, and holds the profiles of the other. */
const A_PART = 500_000;
const A_BUCKET = 500_000;
/** Few records are spread too, or nothing would be gained. */
const LEAST = 4;

/** In how many parts records are standardised, and in how many buckets their blocks are compared. */
export const spreadOf = (records: number): { parts: number; buckets: number } => ({
  parts: Math.max(LEAST, Math.ceil(records / A_PART)),
  buckets: Math.max(LEAST, Math.ceil(records / A_BUCKET)),
});

/** Where a distributed run keeps what its pieces hand to each other. */
export const spreadFolder = (runId: string): string => `stitch/${runId}/spread`;
