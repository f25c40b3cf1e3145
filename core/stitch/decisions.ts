import type { Layout } from './patterns.ts';
import { wordNames } from './patterns.ts';

/** The distinct patterns of a relation of pairs, with how many pairs have each, in a fixed order. */
export function patternCountsSql(layout: Layout, pairs: string): string {
  const words = wordNames(layout).join(', ');
  return `SELECT ${words}, count(*)::INTEGER AS pairs FROM ${pairs} GROUP BY ${words} ORDER BY ${words}`;
}

/** Table `decision` (the words of a pattern, score in hundredths), filled from TypeScript. */
export function decisionTableSql(layout: Layout): string {
  return `CREATE OR REPLACE TABLE decision (${wordNames(layout)
    .map((name) => `${name} INTEGER`)
    .join(', ')}, score INTEGER)`;
}

/** Rows (a, b, score, words) of a relation of pairs, with their decisions. */
export function scoredSql(layout: Layout, pairs: string, matchType: string): string {
  const words = wordNames(layout);
  return `SELECT a, b, d.score, '${matchType}' AS match_type, ${words.map((name) => `p.${name}`).join(', ')}
FROM ${pairs} p JOIN decision d ON ${words.map((name) => `d.${name} = p.${name}`).join(' AND ')}`;
}

/**
 * Pairs of profiles drawn from all by a fixed rule: each with the one a golden-ratio stride further on, so many strides
 * that there are about `target` pairs. Every pair there is when there are fewer.
 */
export function randomPairsSql(profiles: number, target: number): string {
  const all = (profiles * (profiles - 1)) / 2;
  const numbered = `SELECT id, (row_number() OVER (ORDER BY id) - 1)::BIGINT AS n FROM profile`;
  if (all <= target) {
    return `CREATE TABLE random_pair AS SELECT l.id AS a, r.id AS b FROM profile l JOIN profile r ON l.id < r.id`;
  }
  const strides = Math.max(1, Math.round(target / profiles));
  const golden = (Math.sqrt(5) - 1) / 2;
  const steps = Array.from(
    { length: strides },
    (_, k) => 1 + Math.floor(((k + 1) * golden * profiles) % (profiles - 1)),
  );
  const every = Math.max(1, Math.floor(profiles / target));
  return `CREATE TABLE random_pair AS WITH numbered AS MATERIALIZED (${numbered})
SELECT least(l.id, r.id) AS a, greatest(l.id, r.id) AS b FROM (
  SELECT id, (n + unnest([${steps.join(', ')}])) % ${profiles} AS other FROM numbered WHERE n % ${every} = 0
) l JOIN numbered r ON r.n = l.other WHERE l.id <> r.id`;
}
