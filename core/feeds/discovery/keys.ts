import type { ColumnFacts } from './column-facts.ts';
import { isIdentifierName } from './tag-names.ts';

/** Columns that could make a primary key, and of how many the uniqueness is measured. */
export interface KeyCandidate {
  columns: string[];
  uniqueness: number;
}

/** Single columns that come near to telling rows apart. */
export const singleCandidates = (columns: readonly ColumnFacts[]): ColumnFacts[] =>
  columns.filter((facts) => nearlyAlwaysFilled(facts) && facts.distinct >= 0.8 * facts.rows);

/** A few rows without their key are bad rows, not a bad key. */
const nearlyAlwaysFilled = ({ filled, rows }: ColumnFacts): boolean => rows > 0 && filled >= 0.98 * rows;

/** Pairs of always-filled columns worth measuring when no single column is unique: identifiers and the most distinct. */
export function pairCandidates(columns: readonly ColumnFacts[]): [ColumnFacts, ColumnFacts][] {
  const likely = columns
    .filter((facts) => nearlyAlwaysFilled(facts) && facts.distinct > 1)
    .sort((one, other) => keyLikeness(other) - keyLikeness(one) || other.distinct - one.distinct)
    .slice(0, 6);
  return likely.flatMap((one, index) =>
    likely.slice(index + 1).map((other): [ColumnFacts, ColumnFacts] => [one, other]),
  );
}

/**
 * Candidates best first: unique ones, then nearly unique ones, since rows that were delivered twice leave no key unique, and
 * with them unique ones whose values change in the life of a record; among equals those named like keys, then fewer columns,
 * then the more unique, then the earlier in the file.
 */
export function rankKeys(measured: readonly KeyCandidate[], columns: readonly ColumnFacts[]): KeyCandidate[] {
  const place = (name: string): number => columns.findIndex(({ column }) => column === name);
  const likeness = ({ columns: names }: KeyCandidate): number => {
    const scores = names
      .map((name) => columns.find(({ column }) => column === name))
      .map((facts) => (facts === undefined ? 0 : keyLikeness(facts)));
    return Math.min(...scores);
  };
  return [...measured].sort(
    (one, other) =>
      grade(other, likeness(other)) - grade(one, likeness(one)) ||
      likeness(other) - likeness(one) ||
      one.columns.length - other.columns.length ||
      other.uniqueness - one.uniqueness ||
      place(one.columns[0] ?? '') - place(other.columns[0] ?? ''),
  );
}

const grade = ({ uniqueness }: KeyCandidate, likeness: number): number =>
  uniqueness === 1 && likeness >= 0 ? 2 : uniqueness >= 0.97 ? 1 : uniqueness - 1;

/** True of a key that no other has to be looked for beside: unique, or nearly so and named like a key. */
export const isGoodEnough = ({ columns, uniqueness }: KeyCandidate): boolean =>
  uniqueness === 1 || (uniqueness >= 0.97 && columns.every(isIdentifierName));

/** Values that change in the life of a record make poor keys, even where they happen to be unique. */
function keyLikeness({ column }: ColumnFacts): number {
  if (/^(pk|id|key|uuid|guid)$|^(record|row|primary)_?(id|key|no|number)$/.test(column)) return 3;
  if (/(^|_)(phone|email|mail|mobile|zip|postal|post_?code)(_|$)/.test(column)) return -1;
  return isIdentifierName(column)
    ? 2
    : /date|time|(^|_)(at|ts|dt)$|modif|chang|creat|name|address|amount|price|revenue|total/.test(column)
      ? -1
      : 0;
}
