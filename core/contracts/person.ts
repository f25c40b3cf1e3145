import { z } from 'zod';
import { Instant } from './names.ts';

/** A row by column; columns without a value are left out. */
const Row = z.record(z.string(), z.unknown());

/** A person that a search found. */
export const PersonMatch = z.object({
  amp_id: z.string(),
  given_name: z.string().nullable(),
  surname: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  /** Records of theirs in all sources. */
  records: z.number().int(),
});
export type PersonMatch = z.infer<typeof PersonMatch>;

/** Why two records of a person are one: the pair that Stitch scored. */
export const PersonJoin = z.object({
  source1: z.string(),
  pk1: z.string(),
  source2: z.string(),
  pk2: z.string(),
  /** 0 to 5. */
  score: z.number(),
  match_category: z.string().nullable(),
  match_type: z.string().nullable(),
  /** Fields that both records have, by whether they say the same; empty when a record is beyond those shown. */
  alike: z.array(z.string()),
  unlike: z.array(z.string()),
});
export type PersonJoin = z.infer<typeof PersonJoin>;

/** All that is known of one person. Lists are cut at a number that a page can show; the totals are of all. */
export const PersonStory = z.object({
  amp_id: z.string(),
  /** The id that was asked for, when it was merged into this one. */
  merged_from: z.string().nullable(),
  /** What the merge policy chose of their records. */
  profile: Row.nullable(),
  attributes: Row.nullable(),
  records_total: z.number().int(),
  sources: z.array(z.object({ datasource: z.string(), records: z.array(Row) })),
  joins: z.array(PersonJoin),
  orders_total: z.number().int(),
  orders: z.array(Row),
  household: z.object({ household_id: z.string(), size: z.number().int(), members: z.array(z.string()) }).nullable(),
  /** When the id was first given, when the ledger tells. */
  created_at: Instant.nullable(),
});
export type PersonStory = z.infer<typeof PersonStory>;
