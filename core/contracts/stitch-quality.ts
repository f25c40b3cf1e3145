import { z } from 'zod';
import { Instant } from './names.ts';
import { RecordKey } from './record-key.ts';

/** What an estimate is thought to be, and the 95 % interval that it is in. Shares are from 0 to 1. */
export const Estimate = z.object({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof Estimate>;

export const benchmarkGrades = ['optimal', 'above optimal', 'high'] as const;

/** Ids that stand out by one heuristic (reference §3.13), for people to look at. */
const BenchmarkExample = z.object({
  /** An automatic guess from birth dates: `poor` looks wrongly joined or parted, `good` looks as it should. */
  guess: z.enum(['good', 'poor']),
  /** One of a person who may be several; the first and the last of those that share what one person should have. */
  amp_ids: z.array(z.string()).min(1).max(2),
});

/** One heuristic that needs no truth. */
export const Benchmark = z.object({
  name: z.string(),
  /** What too high a value hints at: several people joined, one person parted, or either. */
  kind: z.enum(['over', 'under', 'both']),
  /** What is counted, and out of what `value` is a percentage. */
  measures: z.string(),
  /** Such ids, or combinations of values. */
  count: z.number().int(),
  /** Percent. */
  value: z.number(),
  /** Percent up to which a value is optimal, and from which on it is high. */
  limits: z.object({ optimal: z.number(), high: z.number() }),
  grade: z.enum(benchmarkGrades),
  advice: z.string(),
  examples: z.array(BenchmarkExample),
});
export type Benchmark = z.infer<typeof Benchmark>;

/** What was measured of one Stitch run when its tables were there. */
export const StitchQuality = z.object({
  run_id: z.string(),
  /** The run's now. */
  at: Instant,
  records: z.number().int(),
  people: z.number().int(),
  /** Records that had an id when Stitch was measured before, and have another since. */
  moved_records: z.number().int(),
  benchmarks: z.array(Benchmark),
});
export type StitchQuality = z.infer<typeof StitchQuality>;

/** A run that was not measured, having touched little. */
export const UnmeasuredRun = z.object({
  run_id: z.string(),
  touched_records: z.number().int(),
  moved_records: z.number().int(),
});
export type UnmeasuredRun = z.infer<typeof UnmeasuredRun>;

/** Two records, the one with the lesser key first. */
const SampledPair = z.object({
  /** Made from the two keys alone, so the same in every run. */
  id: z.string(),
  one: RecordKey,
  other: RecordKey,
  /** 0 to 5; null when the two were never compared directly. */
  score: z.number().nullable(),
});
export type SampledPair = z.infer<typeof SampledPair>;

/** Pairs of records of one run, in strata, with a random sample of each to ask people about. */
export const ReviewSample = z.object({
  run_id: z.string(),
  strata: z.array(
    z.object({
      name: z.string(),
      /** Whether the pairs are of one person, by Stitch. */
      joined: z.boolean(),
      /** How many there are. */
      pairs: z.number().int(),
      /** The first of them in random order: those that are asked about, and in this order. */
      sample: z.array(SampledPair),
    }),
  ),
  /** People of so many records that their pairs are in no stratum. */
  left_out: z.object({ people: z.number().int(), pairs: z.number().int() }),
});
export type ReviewSample = z.infer<typeof ReviewSample>;

export const verdicts = ['same', 'different', 'unsure'] as const;

/** What somebody said of two records. It is kept for good; a later one about the same two counts in its place. */
export const ReviewAnswer = z.object({
  pair: z.string(),
  one: RecordKey,
  other: RecordKey,
  verdict: z.enum(verdicts),
  reason: z.string().optional(),
  by: z.string(),
  at: Instant,
  /** The run, and so the model, whose sample the pair was in, and what that run thought of it. */
  run_id: z.string(),
  stratum: z.string(),
  score: z.number().nullable(),
});
export type ReviewAnswer = z.infer<typeof ReviewAnswer>;

/** How right a run is, from the answers that there are about pairs of its sample. */
export const QualityEstimates = z.object({
  /** Answers that count: in a stratum all before the first pair that has none. */
  answers: z.object({ same: z.number().int(), different: z.number().int(), unsure: z.number().int() }),
  /** Of the pairs of one id, the share that is of one person; null until each stratum of such pairs has an answer. */
  precision: Estimate.nullable(),
  /** Of the compared pairs that are of one person, the share that has one id; null until each stratum has an answer. */
  recall: Estimate.nullable(),
  strata: z.array(
    z.object({
      name: z.string(),
      joined: z.boolean(),
      holds: z.string(),
      pairs: z.number().int(),
      same: z.number().int(),
      different: z.number().int(),
      unsure: z.number().int(),
      /** Share of its pairs that is of one person; null without an answer. */
      one_person: Estimate.nullable(),
    }),
  ),
  left_out: ReviewSample.shape.left_out,
});
export type QualityEstimates = z.infer<typeof QualityEstimates>;

/** A run with all that is known of its quality. Estimates are absent of a run without a sample. */
export const MeasuredRun = StitchQuality.extend({ estimates: QualityEstimates.optional() });
export type MeasuredRun = z.infer<typeof MeasuredRun>;

/** The newest runs that were measured, and what was done since without being measured. */
export const MeasuredRuns = z.object({
  data: z.array(MeasuredRun),
  since: z.object({
    runs: z.number().int(),
    /** A record that two runs touched counts twice. */
    touched_records: z.number().int(),
  }),
});
export type MeasuredRuns = z.infer<typeof MeasuredRuns>;

const ShownRecord = RecordKey.extend({ values: z.record(z.string(), z.unknown()) });

/** Pairs to ask people about, the one that an answer is worth most of first. */
export const ReviewQueue = z.object({
  run_id: z.string(),
  estimates: QualityEstimates,
  data: z.array(
    SampledPair.extend({
      stratum: z.string(),
      /** Whether the two have one id. */
      joined: z.boolean(),
      holds: z.string(),
      one: ShownRecord,
      other: ShownRecord,
    }),
  ),
});
export type ReviewQueue = z.infer<typeof ReviewQueue>;
export type ReviewPair = ReviewQueue['data'][number];

/** The people concerned in a benchmark, with some records of theirs as they are compared. */
export const BenchmarkPeople = z.object({
  run_id: z.string(),
  benchmark: Benchmark,
  data: z.array(BenchmarkExample.extend({ records: z.array(z.record(z.string(), z.unknown())) })),
});
export type BenchmarkPeople = z.infer<typeof BenchmarkPeople>;

/** How much worse a run may be, and still be let through. */
export const GateLimits = z.strictObject({
  /** With fewer answers that count, estimates are not judged. */
  minimum_answers: z.number().int().min(0).default(100),
  /** The low ends of the 95 % intervals may not be below these. */
  precision_at_least: z.number().min(0).max(1).default(0.9),
  recall_at_least: z.number().min(0).max(1).default(0.5),
  /** Percent by which a benchmark above its optimum may grow from the present run's value. */
  benchmark_increase: z.number().min(0).default(10),
  /** Percent of records that may have another id than before (reference §3.9). */
  changed_ids: z.number().min(0).max(100).default(2),
});
export type GateLimits = z.infer<typeof GateLimits>;

/** Whether a run may take the present one's place. */
export const GateVerdict = z.object({
  verdict: z.enum(['pass', 'hold']),
  run_id: z.string(),
  /** The present run; absent when there is none to compare with. */
  against_run_id: z.string().optional(),
  limits: GateLimits,
  /** Why it is held, a limit each; empty when it isn't. */
  reasons: z.array(z.string()),
  /** What could not be judged, and what would help. */
  notes: z.array(z.string()),
});
export type GateVerdict = z.infer<typeof GateVerdict>;
