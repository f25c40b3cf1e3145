import { z } from 'zod';
import { Instant } from './names.ts';
import { RecordKey } from './record-key.ts';
import { StitchReport } from './stitch.ts';

/** What a level of agreement weighs under two models, in bits; null where one lacks it. */
const LevelShift = z.object({
  field: z.string(),
  level: z.string(),
  before: z.number().nullable(),
  after: z.number().nullable(),
});
export type LevelShift = z.infer<typeof LevelShift>;

/** A pair that one of two models accepts, with its score under both. */
const CrossingPair = z.object({ one: RecordKey, other: RecordKey, before: z.number(), after: z.number() });

const ListedValue = z.object({ semantic: z.string(), value: z.string() });
const gainedAndLost = <Item extends z.ZodType>(item: Item) => z.object({ gained: z.array(item), lost: z.array(item) });

/** How a model differs from another, over the pairs that it was trained on. */
export const ModelDrift = z.object({
  /** All levels side by side, as they are compared. */
  weights: z.array(LevelShift),
  /** The levels whose weights moved most, the largest move first. */
  shifts: z.array(LevelShift),
  pairs: z.object({
    compared: z.number().int(),
    /** Accepted by the other model. */
    accepted: z.number().int(),
    /** Accepted now and not before, and the other way round. */
    gained: z.number().int(),
    lost: z.number().int(),
    /** Percent: those two, of the pairs that were accepted. */
    changed: z.number(),
  }),
  /** Some of the pairs gained and lost, one of each pattern of agreement, the commonest first. */
  crossing: z.array(CrossingPair),
  /** Values that count as nobody's own. */
  bad_values: gainedAndLost(ListedValue),
  /** Sources that hold each person once. */
  clean_sources: gainedAndLost(z.string()),
});
export type ModelDrift = z.infer<typeof ModelDrift>;

/** What came of resolving all records by a model, none of which is published. */
export const ModelTrial = z.object({
  /** The run that trained the model which decides now. */
  against: z.string(),
  drift: ModelDrift,
  /** What would become of ids and records, against those that are published. */
  effect: StitchReport.pick({ records: true, people: true, changes: true, jitter: true }),
});
export type ModelTrial = z.infer<typeof ModelTrial>;

/** What somebody decided of a candidate. */
const Decision = z.object({
  verdict: z.enum(['accepted', 'discarded']),
  reason: z.string(),
  author: z.string(),
  at: Instant,
});

/** A model that was ever trained, named by the run that trained it; or an earlier one once more, by the run that tried it. */
export const ModelVersion = z.object({
  id: z.string(),
  /** The run that trained it, where another one is named: of an earlier model. */
  trained_by: z.string().optional(),
  trained_at: Instant,
  /** Why a run trained it by itself; `asked for` of a candidate, which decides nothing until it is accepted. */
  why: z.string(),
  /** It was trained on. */
  records: z.number().int(),
  /** Tells the settings and the meaning of columns that it was tried under; of candidates. */
  definition: z.string().optional(),
  trial: ModelTrial.optional(),
  decision: Decision.optional(),
});
export type ModelVersion = z.infer<typeof ModelVersion>;

/** `decides`: the last run went by it. `accepted`: the next one will. */
const modelStates = ['candidate', 'accepted', 'discarded', 'decides', 'former'] as const;
export const ListedModel = ModelVersion.omit({ trial: true, definition: true }).extend({ state: z.enum(modelStates) });
export type ListedModel = z.infer<typeof ListedModel>;
export const ShownModel = ListedModel.extend({ trial: ModelTrial.optional() });
export type ShownModel = z.infer<typeof ShownModel>;

/** Asks for a decision. */
export const ModelDecision = z.strictObject({ reason: z.string().trim().min(1).max(2000) });
