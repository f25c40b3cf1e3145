import { ident } from '../../sql/quote.ts';
import type { ValueTest } from './value-tests.ts';

/** What the whole file says of one column. */
export interface ColumnFacts {
  field: string;
  column: string;
  rows: number;
  /** Neither NULL nor blank. */
  filled: number;
  distinct: number;
  /** Most digits behind a point. */
  scale: number;
  examples: string[];
  /** How many values pass a test; tests that the column's beginning ruled out are absent. */
  passed: ReadonlyMap<string, number>;
}

/** The part of a column's values that passes a test, 0 to 1. */
export const share = (facts: ColumnFacts, test: string): number =>
  facts.filled === 0 ? 0 : (facts.passed.get(test) ?? 0) / facts.filled;

/** True when every value passes a test. */
export const all = (facts: ColumnFacts, test: string): boolean =>
  facts.filled > 0 && facts.passed.get(test) === facts.filled;

/**
 * DuckDB SQL of one row, or one for each value of the column `by`: how many rows, filled and distinct values, the scale, and
 * how many pass each test.
 */
export function factsQuery(relation: string, field: string, tests: readonly ValueTest[], by?: string): string {
  const counts = tests.map(({ sql }, index) => `count(*) FILTER (${sql('v')}) AS ${ident(`test ${index}`)}`);
  const group = by === undefined ? '' : `${ident(by)}, `;
  return `SELECT ${group}count(*) AS rows, count(v) AS filled, count(DISTINCT hash(v)) FILTER (v IS NOT NULL) AS "distinct",
  coalesce(max(CASE WHEN contains(v, '.') THEN length(v) - position('.' IN v) END), 0) AS scale${['', ...counts].join(',\n  ')}
FROM (SELECT ${group}nullif(trim(${ident(field)}), '') AS v FROM ${relation})${by === undefined ? '' : `\nGROUP BY ${ident(by)}`}`;
}
