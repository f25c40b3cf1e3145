import type { Records } from '../../core/stitch/cleaning/standardise.ts';
import { overview, recordsByPerson, unlikelyPeople } from '../../core/stitch/reports/overview.ts';
import type { ResolveReport, ShownRecord } from '../../core/stitch/reports/resolve-report.ts';
import type { Resolution } from '../../core/stitch/resolve.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { Prepared } from './prepare.ts';
import { toldOf } from './run.ts';

const SHOWN = ['given_name', 'surname', 'birthdate', 'email', 'phone', 'address', 'city', 'postal'];
const LARGEST = 5;
const EXAMPLES = 8;

/** What was decided and why, with examples. */
export async function reportOn(
  session: DuckDbSession,
  files: ResolveReport['files'],
  found: Resolution & Prepared,
  seconds: Record<string, number>,
): Promise<ResolveReport> {
  const { model, judged, records, assigned } = found;
  const { weights, near } = overview(found.comparer.patterns, judged[0].pairs, found.decide);
  const { ids } = found.collapsed.profiles;
  const several = recordsByPerson(assigned.cluster);
  const people = records.size - several.reduce((sum, { length }) => sum + length - 1, 0);
  const largest = several.sort((one, other) => other.length - one.length).slice(0, LARGEST);
  const nearest = near.map(({ a, b, weight }) => ({ weight, one: ids[a] ?? 0, other: ids[b] ?? 0 }));
  const shown = await recordsToShow(session, records, [
    ...nearest.flatMap(({ one, other }) => [one, other]),
    ...largest.flatMap((members) => [...members.slice(0, EXAMPLES)]),
  ]);
  return {
    records: records.size,
    people,
    ...toldOf(found),
    ...{ weights, seconds, files },
    model: { prior: model.prior, household: model.household, comparisons: model.comparisons },
    near: nearest.map(({ weight, one, other }) => ({ weight, one: shown(one), other: shown(other) })),
    largest: largest.map((members) => ({
      records: members.length,
      examples: Array.from(members.slice(0, EXAMPLES), shown),
    })),
    benchmarks: unlikelyPeople(records, several, people),
  };
}

/** Records as they are compared, by their numbers. */
async function recordsToShow(
  session: DuckDbSession,
  { columns }: Records,
  rids: readonly number[],
): Promise<(rid: number) => ShownRecord> {
  const keys = await session.rows<{ rid: number; datasource: string; pk: string }>(
    'records to show',
    `SELECT rid, datasource, pk FROM record WHERE rid IN (${[-1, ...rids].join(', ')})`,
  );
  const byRid = new Map(keys.map(({ rid, ...key }) => [rid, key]));
  return (rid) => ({
    ...byRid.get(rid),
    ...Object.fromEntries(SHOWN.map((name) => [name, columns.get(name)?.text(rid) ?? null])),
  });
}
