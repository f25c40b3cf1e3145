import { join } from 'node:path';
import type { StitchReport, StitchTable } from '../../core/contracts/stitch.ts';
import { stitchTables } from '../../core/contracts/stitch.ts';
import { InternalError } from '../../core/errors.ts';
import { text } from '../../core/sql/quote.ts';
import type { Assigned } from '../../core/stitch/clusters/assigned.ts';
import {
  assignedSql,
  contestedSql,
  newIdentitySql,
  overlapSql,
  personSql,
  previousSql,
  settle,
  unidentifiedSql,
} from '../../core/stitch/ids/assignment.ts';
import { changeCountsSql, movedSql } from '../../core/stitch/ids/changes.ts';
import { formerSql, returningSql } from '../../core/stitch/ids/returning-ids.ts';
import { type DuckDbSession, PARQUET } from '../sql/duckdb/session.ts';
import { appendIntegers } from './integers.ts';
import type { LastRun } from './last-run.ts';

/** Ids that a ledger may hold under one first record before something must be wrong. */
const MOST_LIVES = 10_000;

/** Identifies clusters by what the last run gave to all records. */
export function identifyAll(
  session: DuckDbSession,
  tenant: string,
  assigned: Assigned,
  last: LastRun | undefined,
): Promise<void> {
  const tables = last && {
    assignments: last.table('assignments'),
    id_ledger: last.table('id_ledger'),
    unified_changes_pks: last.table('unified_changes_pks'),
  };
  return identify(session, tenant, assigned, previousSql(tables));
}

/**
 * Gives each cluster its id: the old one with which it shares most records, one that was merged and goes back to its records,
 * or a new one: tables `assigned` and `identity`.
 */
export async function identify(
  session: DuckDbSession,
  tenant: string,
  { profile, component, cluster, supersized }: Assigned,
  previous: readonly string[],
): Promise<void> {
  await session.run('stitch: assigned', assignedSql);
  const rids = profile.map((_, rid) => rid);
  await appendIntegers(session, 'assigned', [rids, profile, component, cluster, supersized]);
  for (const sql of [...previous, ...formerSql, ...overlapSql]) await session.run('stitch: overlap', sql);
  for (const claims of [contestedSql, returningSql]) await settleClaims(session, claims);
  for (let n = 0; n < MOST_LIVES; n++) {
    const [left] = await session.rows<{ clusters: number }>('stitch: unidentified', unidentifiedSql);
    if (left?.clusters === 0) break;
    await session.run('stitch: new ids', newIdentitySql(tenant, n));
  }
}

/** Who everybody is now, and what became of the ids: tables `person`, `moved`, `fate` and `restored`. */
export async function follow(session: DuckDbSession): Promise<void> {
  await session.run('stitch: person', personSql);
  for (const sql of movedSql) await session.run('stitch: moved', sql);
}

/** Gives the clusters that have no id yet those that a query claims for them, in its order. */
async function settleClaims(session: DuckDbSession, claims: string): Promise<void> {
  const claimed = await session.rows<{ amp_id: string; cluster: number }>('stitch: claimed ids', claims);
  const settled = settle(claimed);
  if (settled.length === 0) return;
  const rows = settled.map(({ amp_id, cluster }) => `(${cluster}, ${text(amp_id)})`).join(', ');
  await session.run('stitch: settled ids', `INSERT INTO identity VALUES ${rows}`);
}

/** Writes the published tables, one Parquet each; gives their names. */
export async function publish(
  session: DuckDbSession,
  queries: Record<StitchTable, string>,
  folder: string,
): Promise<string[]> {
  for (const table of stitchTables) {
    const path = join(folder, `${table}.parquet`);
    await session.run(`stitch: ${table}`, `COPY (${queries[table]}) TO ${text(path)} ${PARQUET}`);
  }
  return stitchTables.map((table) => `${table}.parquet`);
}

/** People and records, over all and by source, and what changed. */
export async function summary(session: DuckDbSession): Promise<Pick<StitchReport, 'people' | 'sources' | 'changes'>> {
  const [all] = await session.rows<{ people: number }>(
    'stitch: people',
    'SELECT count(*)::INTEGER AS people FROM identity',
  );
  const sources = await session.rows<StitchReport['sources'][number]>(
    'stitch: sources',
    'SELECT datasource, count(*)::INTEGER AS records, count(DISTINCT cluster)::INTEGER AS people FROM person GROUP BY datasource ORDER BY datasource',
  );
  const [changes] = await session.rows<StitchReport['changes']>('stitch: changes', changeCountsSql);
  if (changes === undefined) throw new InternalError('the changes of a Stitch run can not be counted');
  return { people: all?.people ?? 0, sources, changes };
}
