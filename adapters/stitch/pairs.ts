import type { StitchReport } from '../../core/contracts/stitch.ts';
import {
  blockingReportSql,
  blockKeySql,
  blockSql,
  candidateSql,
  meetingSql,
  metPairsSql,
  outgrownSql,
  oversizedSql,
  REFINEMENTS,
  type Rule,
  refineSql,
} from '../../core/stitch/blocking.ts';
import type { Decision } from '../../core/stitch/decide.ts';
import { decisionTableSql, patternCountsSql, randomPairsSql, scoredSql } from '../../core/stitch/decisions.ts';
import { comparedSql, type Layout, levelsOf, patternSql } from '../../core/stitch/patterns.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import { frozenBlocksSql } from '../../core/stitch/state.ts';
import type { PatternCounts } from '../../core/stitch/train.ts';
import { gradedSql } from '../../core/stitch/values.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { appendIntegers, readIntegers } from './integers.ts';
import { forget, size } from './prepare.ts';

/** Pairs drawn to learn how often different people agree. */
const RANDOM_PAIRS = 300_000;

/** Finds the profiles that share a key. False when blocks have outgrown the model that froze them. */
export async function block(
  session: DuckDbSession,
  rules: readonly Rule[],
  frozen: string | undefined,
): Promise<boolean> {
  await session.run('stitch: block_key', blockKeySql(rules));
  return meet(session, rules, frozen);
}

/** Refines the blocks of `block_key`. False when blocks have outgrown the model that froze them. */
export async function meet(
  session: DuckDbSession,
  rules: readonly Rule[],
  frozen: string | undefined,
): Promise<boolean> {
  for (let depth = 0; depth <= REFINEMENTS; depth++) {
    await session.run(`stitch: block_${depth}`, blockSql(depth));
    const sql = frozen ? frozenBlocksSql(frozen, depth) : oversizedSql(rules, depth);
    await session.run(`stitch: oversized_${depth}`, sql);
    if (depth < REFINEMENTS) await session.run(`stitch: refined_key_${depth + 1}`, refineSql(rules, depth));
  }
  await session.run('stitch: meeting', meetingSql);
  await forget(session, 'block_key');
  if (frozen === undefined) return true;
  const [outgrown] = await session.rows<{ blocks: number }>('stitch: outgrown', outgrownSql(rules));
  return outgrown?.blocks === 0;
}

/** How many pairs of profiles met, each once a rule. */
export async function metPairs(session: DuckDbSession): Promise<number> {
  const [met] = await session.rows<{ pairs: number }>('stitch: met pairs', metPairsSql);
  return met?.pairs ?? 0;
}

/** What each rule found. */
export function blockingReport(session: DuckDbSession, rules: readonly Rule[]): Promise<StitchReport['blocking']> {
  return session.rows<StitchReport['blocking'][number]>('stitch: blocking report', blockingReportSql(rules));
}

/** Compares the profiles that met, field by field. Gives how many pairs there are. */
export async function compare(session: DuckDbSession, shape: Shape, layout: Layout): Promise<number> {
  await session.run('stitch: candidate', candidateSql);
  await forget(session, 'meeting');
  await compareCandidates(session, shape, layout);
  return size(session, 'pair');
}

/** Table `pair`: the candidates with their patterns. */
export async function compareCandidates(session: DuckDbSession, shape: Shape, layout: Layout): Promise<void> {
  await session.run('stitch: compared', comparedSql(layout, gradedSql(shape)));
  await session.run('stitch: pair', `CREATE TABLE pair AS ${patternSql(layout, 'candidate')}`);
  await forget(session, 'candidate');
}

/** Distinct patterns of a table of pairs. */
export async function patternCounts(session: DuckDbSession, layout: Layout, table: string): Promise<PatternCounts> {
  const columns = await readIntegers(session, `stitch: patterns of ${table}`, patternCountsSql(layout, table));
  return { words: columns.slice(0, -1), pairs: columns.at(-1) ?? [] };
}

/** Patterns of pairs drawn from all. */
export async function randomPatterns(session: DuckDbSession, layout: Layout, profiles: number): Promise<PatternCounts> {
  await session.run('stitch: random_pair', randomPairsSql(profiles, RANDOM_PAIRS));
  await session.run('stitch: random', `CREATE TABLE random AS ${patternSql(layout, 'random_pair')}`);
  return patternCounts(session, layout, 'random');
}

/** Gives every pair of a table its score and adds it to `scored`. */
export async function score(
  session: DuckDbSession,
  layout: Layout,
  table: string,
  matchType: 'scored' | 'scored_transitive',
  patterns: PatternCounts,
  decide: (levels: readonly number[]) => Decision,
): Promise<void> {
  await decideAll(session, layout, patterns, decide);
  const rows = scoredSql(layout, table, matchType);
  const first = matchType === 'scored';
  await session.run('stitch: scored', first ? `CREATE TABLE scored AS ${rows}` : `INSERT INTO scored ${rows}`);
}

/** Table `decision`: the score of each pattern. */
export async function decideAll(
  session: DuckDbSession,
  layout: Layout,
  patterns: PatternCounts,
  decide: (levels: readonly number[]) => Decision,
): Promise<void> {
  const scores = Int32Array.from({ length: patterns.pairs.length }, (_, row) => {
    const levels = levelsOf(
      layout,
      patterns.words.map((word) => word[row] ?? 0),
    );
    return Math.round(decide(levels).score * 100);
  });
  await session.run('stitch: decision', decisionTableSql(layout));
  await appendIntegers(session, 'decision', [...patterns.words, scores]);
}
