import { ident } from '../sql/quote.ts';

// What a comparison reads of a profile and asks of two of them, `l` and `r`, as SQL.

/** Columns as they are. */
export const plainly = (...columns: string[]) => Object.fromEntries(columns.map((column) => [column, ident(column)]));
/** A number in the place of a text that is only asked whether it equals another. */
export const number = (column: string) => `CASE WHEN ${ident(column)} IS NOT NULL THEN hash(${ident(column)}) END`;

export const either = (column: string) => `l.${ident(column)} IS NULL OR r.${ident(column)} IS NULL`;
export const same = (column: string) => `l.${ident(column)} = r.${ident(column)}`;
/** The second condition where the first holds; of an AND the engine may ask the costly side first. */
export const only = (first: string, then: string) => `CASE WHEN ${first} THEN ${then} END`;
/** Jaro-Winkler; the cut-off makes the engine give up early. */
const likeness = (column: string, cutoff: number) =>
  `jaro_winkler_similarity(l.${ident(column)}, r.${ident(column)}, ${cutoff})`;
export const alike = (column: string, cutoff: number) => `${likeness(column, cutoff)} >= ${cutoff}`;
/** The likeness of two different texts, for several levels. */
export const unlike = (column: string, cutoff: number) =>
  only(`l.${ident(column)} <> r.${ident(column)}`, likeness(column, cutoff));
/** One character replaced, in texts of one length. */
export const oneReplaced = (column: string) =>
  only(
    `strlen(l.${ident(column)}) = strlen(r.${ident(column)})`,
    `hamming(l.${ident(column)}, r.${ident(column)}) = 1`,
  );
/** One character added, left out or replaced, or two changed over; the plain distance, which counts those as two, is far cheaper. */
export const withinOneEdit = (column: string) =>
  only(
    `levenshtein(l.${ident(column)}, r.${ident(column)}) <= 2`,
    `damerau_levenshtein(l.${ident(column)}, r.${ident(column)}) <= 1`,
  );
