import { z } from 'zod';

/** A part of a key: a column's value, its first letters, or two columns whichever of them stands first. */
const Part = z.union([
  z.object({ column: z.string(), letters: z.number().int().optional() }),
  z.object({ either: z.tuple([z.string(), z.string()]) }),
]);
export type Part = z.infer<typeof Part>;

/** Two records meet under a rule when every part of its key is there and equal. */
export const Rule = z.object({
  name: z.string(),
  parts: z.array(Part),
  /** The column with further values that the same key may have, such as a second e-mail address. */
  several: z.string().optional(),
  /** Records under one key before it is refined. */
  cap: z.number().int(),
  /** Its place in the pool that it was chosen from: its keys begin with that, and are the same before the choice and after. */
  number: z.number().int().optional(),
});
export type Rule = z.infer<typeof Rule>;

/** What tells a rule's keys from those of others: its place among the rules of a run, unless it was chosen from more. */
export const numberOf = ({ number }: Rule, place: number): number => number ?? place;

/** What tells people apart within an oversized block, the most telling first. */
const REFINERS = ['dob', 'surname', 'given_name', 'place', 'postal', 'phone', 'email'];

/** Keys are refined so many times before what is left of an oversized block is cut. */
export const REFINEMENTS = 3;

/** The columns that refine a rule's oversized blocks, one after the other. */
export const refinersOf = ({ parts }: Rule): string[] =>
  REFINERS.filter(
    (column) => !parts.some((part) => 'column' in part && part.column === column && part.letters === undefined),
  ).slice(0, REFINEMENTS);
