import { largestPeople, overview, unlikelyPeople } from '../../core/stitch/overview.ts';
import type { Resolution } from '../../core/stitch/resolve.ts';
import type { ResolveReport, ShownRecord } from '../../core/stitch/resolve-report.ts';
import type { Records } from '../../core/stitch/standardise.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { toldOf } from './run.ts';

const SHOWN = ['given_name', 'surname', 'birthdate', 'email', 'phone', 'address', 'city', 'postal'];
const LARGEST = 5;
const EXAMPLES = 8;

/** What was decided and why, with examples. */
export async function reportOn(
  session: DuckDbSession,
  files: ResolveReport['files'],
  found: Resolution & { records: Records },
  seconds: Record<string, number>,
): Promise<ResolveReport> {
  const { model, judged, records, assigned } = found;
  const { weights, near } = overview(found.comparer.patterns, judged[0].pairs, found.decide);
  const { ids } = found.collapsed.profiles;
  const people = new Set(assigned.cluster).size;
  const nearest = [];
  for (const { a, b, weight } of near) {
    const [one = {}, other = {}] = await shown(session, records, [ids[a] ?? 0, ids[b] ?? 0]);
    nearest.push({ weight, one, other });
  }
  const largest = [];
  for (const members of largestPeople(assigned.cluster, LARGEST)) {
    largest.push({ records: members.length, examples: await shown(session, records, members.slice(0, EXAMPLES)) });
  }
  return {
    records: records.size,
    people,
    ...toldOf(found),
    ...{ weights, seconds, files, largest },
    clean_sources: model.cleanSources,
    model: { prior: model.prior, household: model.household, comparisons: model.comparisons },
    near: nearest,
    benchmarks: unlikelyPeople(records, assigned.cluster, people),
  };
}

/** Records as they are compared. */
async function shown(session: DuckDbSession, { columns }: Records, rids: readonly number[]): Promise<ShownRecord[]> {
  const keys = await session.rows<{ rid: number; datasource: string; pk: string }>(
    'records to show',
    `SELECT rid, datasource, pk FROM record WHERE rid IN (${rids.join(', ')})`,
  );
  return rids.map((rid) => {
    const { rid: _, ...key } = keys.find((each) => each.rid === rid) ?? { rid };
    return { ...key, ...Object.fromEntries(SHOWN.map((name) => [name, columns.get(name)?.text(rid) ?? null])) };
  });
}
