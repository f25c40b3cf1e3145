import { scoredTableSql } from '../../core/stitch/clusters/clusters.ts';
import { rowsFrom } from '../../core/stitch/clusters/links.ts';
import { NEAR } from '../../core/stitch/outputs.ts';
import type { Profiles } from '../../core/stitch/records/profiles.ts';
import type { Judged } from '../../core/stitch/resolve.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { appendIntegers } from './integers.ts';

/** Table `scored`, for those who publish: the pairs that were accepted, or nearly, by the numbers of their records. */
export async function writeScored(
  session: DuckDbSession,
  profiles: Profiles,
  judged: readonly Judged[],
): Promise<void> {
  await createScored(session);
  for (const each of judged) await addScored(session, profiles, each);
}

/** The same without any pair. */
export async function createScored(session: DuckDbSession): Promise<void> {
  for (const sql of scoredTableSql) await session.run('stitch: scored', sql);
}

export async function addScored(
  session: DuckDbSession,
  { ids }: Profiles,
  { pairs, scores, met }: Judged,
): Promise<void> {
  const rows = rowsFrom(pairs.pattern, scores, NEAR);
  const of = (column: Int32Array) => rows.map((row) => ids[column[row] ?? 0] ?? 0);
  const score = rows.map((row) => scores[pairs.pattern[row] ?? 0] ?? 0);
  await appendIntegers(session, 'scored_pair', [of(pairs.a), of(pairs.b), score, rows.map(() => (met ? 0 : 1))]);
}
