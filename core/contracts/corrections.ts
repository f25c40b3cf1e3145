import { z } from 'zod';
import { documentId, Instant, SnakeName } from './names.ts';
import { Run } from './runs.ts';

/** A record as somebody gives it. */
const GivenRecord = z.strictObject({ datasource: SnakeName, pk: z.string().min(1) });

/** Why somebody said something, who and when. */
const Said = z.strictObject({ reason: z.string().trim().min(1).max(2000), author: z.string(), at: Instant });

/**
 * What a person said of two records that Stitch judged otherwise, or might: they are one person, or they are two. It holds
 * from one run to the next until it is undone, and stays in the history then.
 */
export const Correction = Said.extend({
  id: documentId('correction'),
  says: z.enum(['together', 'apart']),
  one: GivenRecord,
  other: GivenRecord,
  undone: Said.optional(),
});
export type Correction = z.infer<typeof Correction>;

/** Asks for a correction. */
export const CorrectionRequest = Correction.pick({ says: true, one: true, other: true, reason: true });
export type CorrectionRequest = z.infer<typeof CorrectionRequest>;

export const UndoRequest = Said.pick({ reason: true });

/** A correction that was made or undone, and the run that applies it. */
export const CorrectionApplied = z.object({
  correction: Correction,
  /** The people that the records were of when it was asked for. */
  amp_ids: z.object({ one: z.string(), other: z.string() }).optional(),
  run: Run,
});
export type CorrectionApplied = z.infer<typeof CorrectionApplied>;
