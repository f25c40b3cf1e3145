import { scoredTableSql } from '../../core/stitch/clusters.ts';
import type { Compared } from '../../core/stitch/matching.ts';
import { NEAR } from '../../core/stitch/outputs.ts';
import { marks, ProfileReader, type Profiles } from '../../core/stitch/profiles.ts';
import type { Shape } from '../../core/stitch/shape.ts';
import { comparedColumns, profileTextSql } from '../../core/stitch/values.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { appendIntegers } from './integers.ts';
import { size } from './prepare.ts';
import { streamBytes } from './texts.ts';

/** The profiles of table `profile`, as they are compared. */
export async function readProfiles(session: DuckDbSession, shape: Shape): Promise<Profiles> {
  const reader = new ProfileReader(comparedColumns(shape), await size(session, 'profile'));
  await streamBytes(session, 'stitch: profiles', profileTextSql(shape, marks), (rows) => reader.read(rows));
  return reader.profiles();
}

/** Table `scored`, for those who publish: the pairs that were accepted, or nearly. */
export async function makeScored(session: DuckDbSession): Promise<void> {
  for (const sql of scoredTableSql) await session.run('stitch: scored', sql);
}

/** Adds pairs to `scored` by the scores of their patterns. */
export async function addScored(
  session: DuckDbSession,
  { ids }: Profiles,
  pairs: Compared,
  scores: Int32Array,
  transitive: boolean,
): Promise<void> {
  const rows = rowsFrom(pairs.pattern, scores, NEAR);
  const of = (column: Int32Array) => rows.map((row) => ids[column[row] ?? 0] ?? 0);
  const score = rows.map((row) => scores[pairs.pattern[row] ?? 0] ?? 0);
  await appendIntegers(session, 'scored_pair', [of(pairs.a), of(pairs.b), score, rows.map(() => Number(transitive))]);
}

/** The rows whose pattern scores so much or more. */
export function rowsFrom(pattern: Int32Array, scores: Int32Array, least: number): Int32Array {
  const rows = new Int32Array(pattern.length);
  let found = 0;
  for (let row = 0; row < pattern.length; row++) if ((scores[pattern[row] ?? 0] ?? 0) >= least) rows[found++] = row;
  return rows.slice(0, found);
}
