import { z } from 'zod';

/**
 * The tables that a Stitch run writes (reference §3.16), one Parquet each; `stitch_blocking_keys` is a view over them.
 * - assignments: datasource, pk, amp_id, component_id, supersized_id, is_supersized, rep_ds, rep_pk, has_blv, blv_address, blv_email, blv_given_name, blv_phone, blv_surname
 * - unified_preprocessed_raw, unified_scores, stitch_scores, stitch_blocklist_values, stitch_bad_values, unified_changes_clusters, unified_changes_pks: as the reference, with amp_id for amperity_id
 * - unified_preprocessed_raw holds all else that matching reads besides, for explanations and for runs over changes
 * - stitch_scores: accepted pairs, and those that nearly were (from 1.50)
 * - int_id, component_id, supersized_id: numbers of records, made from their keys; a component's is its first record's
 * - id_events: what became of ids, never changed: amp_id, event (created | split | restored | merged | retired), other_id (split or restored from, merged into), cause (`new records`, `changed records`, `deleted records`, the id of a correction or the name of a label, `new model`, `new settings`, `changed neighbours`), source1, pk1, source2, pk2, score (of a merge the strongest pair that binds the two, else the record of the cause), job_id, timestamp
 * - id_ledger: every amp_id ever given: amp_id, state (active | merged | retired), merged_into, created_at, created_run, changed_at, changed_run
 */
export const stitchTables = [
  'assignments',
  'unified_preprocessed_raw',
  'unified_scores',
  'stitch_scores',
  'stitch_blocklist_values',
  'stitch_bad_values',
  'unified_changes_clusters',
  'unified_changes_pks',
  'id_ledger',
  'id_events',
] as const;
export type StitchTable = (typeof stitchTables)[number];

/** Cheap to work out from those, and large: the keys that each record may meet others under. */
export const blockingKeysView = 'stitch_blocking_keys';

/**
 * A run over changes renews the rows of some keys: beside `<table>.parquet`, which is the last run's, it writes the rows as
 * `<table>.delta.parquet` and all keys that don't count any more as `<table>.gone.parquet`. Tables without keys are whole.
 */
export const stitchKeys: Partial<Record<StitchTable, string[]>> = {
  assignments: ['datasource', 'pk'],
  unified_preprocessed_raw: ['datasource', 'pk'],
  unified_scores: ['amp_id'],
  stitch_scores: ['source1', 'pk1', 'source2', 'pk2'],
  stitch_blocklist_values: ['domain_table', 'pk'],
  unified_changes_pks: ['job_id'],
  id_ledger: ['amp_id'],
  id_events: ['job_id'],
};

/** The records of which a run over changes may say something else than the last: datasource and pk. */
export const changedRecords = 'changed_records.parquet';

/** What a run found, for people. Pairs, matches and blocking are of what the run compared, the rest of all records. */
export const StitchReport = z.object({
  records: z.number().int(),
  people: z.number().int(),
  /** 100 · (records − people) / records. */
  dedupe_rate: z.number(),
  sources: z.array(z.object({ datasource: z.string(), records: z.number().int(), people: z.number().int() })),
  /** Candidate pairs by blocking rule, how many keys stayed too common to compare all who share them, the pairs that were accepted and those of them that no other rule found, and the most common key. */
  blocking: z.array(
    z.object({
      rule: z.string(),
      keys: z.number(),
      pairs: z.number(),
      cut: z.number(),
      accepted: z.number().default(0),
      only: z.number().default(0),
      exploding: z.object({ value: z.string(), profiles: z.number() }).optional(),
    }),
  ),
  /** Rules that were tried on a sample and didn't pay: pairs that only they would have made, of all there are, and how many would have been accepted. */
  blocking_left_out: z.array(z.object({ rule: z.string(), pairs: z.number(), accepted: z.number() })).default([]),
  /** What blocking is thought to have missed, of pairs that would be accepted if they met: how many, how many of them others brought together, the share that is left, and the fields that would help. Of the run that all records took part in last. */
  missed: z
    .object({
      pairs: z.number(),
      joined: z.number(),
      share: z.number(),
      fields: z.array(z.object({ field: z.string(), pairs: z.number() })),
    })
    .default({ pairs: 0, joined: 0, share: 0, fields: [] }),
  /** Sources that were held to have each person once. */
  clean_sources: z.array(z.string()).default([]),
  pairs: z.number().int(),
  matches: z.number().int(),
  /** Ids of this run by what became of them. */
  changes: z.object({
    added: z.number().int(),
    deleted: z.number().int(),
    merged: z.number().int(),
    split: z.number().int(),
    unchanged: z.number().int(),
    moved_records: z.number().int(),
  }),
  /** The run that trained the model which decided, and why this one did, where it did; of earlier versions unknown. */
  model: z.object({ trained_by: z.string(), why: z.string().optional() }).optional(),
  /** Records of which it may say something else than the last run: all, of a run over all. */
  touched_records: z.number().int().default(0),
  /** Percent of the records whose id changed although they say what they said. */
  jitter: z.number().default(0),
  /** Seconds a stage took. */
  seconds: z.record(z.string(), z.number()),
  warnings: z.array(z.string()),
});
export type StitchReport = z.infer<typeof StitchReport>;
