import { ident } from '../../core/sql/quote.ts';
import { overview } from '../../core/stitch/overview.ts';
import type { ResolveReport, ShownRecord } from '../../core/stitch/resolve-report.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { size } from './prepare.ts';
import type { Resolved } from './run.ts';

const SHOWN = ['datasource', 'pk', 'given_name', 'surname', 'birthdate', 'email', 'phone', 'address', 'city', 'postal'];
const LARGEST = 5;
const EXAMPLES = 8;

/** What was decided and why, with examples from table `clean`. */
export async function reportOn(
  session: DuckDbSession,
  files: ResolveReport['files'],
  found: Resolved,
  seconds: Record<string, number>,
): Promise<ResolveReport> {
  const { model, matched, pairs, matches, warnings, blocking } = found;
  const { weights, near } = overview(matched.comparer.patterns, matched.pairs, matched.decide);
  const { ids } = matched.profiles;
  const record = async (place: number) => (await shown(session, `r.rid = ${ids[place] ?? -1}`, 1))[0] ?? {};
  const nearest = [];
  for (const { a, b, weight } of near) nearest.push({ weight, one: await record(a), other: await record(b) });
  const people = await size(session, 'identity');
  return {
    records: await size(session, 'record'),
    people,
    ...{ pairs, matches, warnings, blocking, weights, seconds },
    files,
    clean_sources: model.cleanSources,
    model: { prior: model.prior, household: model.household, comparisons: model.comparisons },
    near: nearest,
    largest: await largest(session),
    benchmarks: await benchmarks(session, people),
  };
}

/** Records as they are compared. */
function shown(session: DuckDbSession, condition: string, most: number): Promise<ShownRecord[]> {
  const columns = SHOWN.map((column) =>
    ['datasource', 'pk'].includes(column) ? `r.${column}` : `c.${ident(column)}::VARCHAR AS ${column}`,
  );
  const sql = `SELECT ${columns.join(', ')} FROM record r JOIN clean c USING (rid) WHERE ${condition} ORDER BY r.rid LIMIT ${most}`;
  return session.rows<Record<string, string | null>>('records to show', sql);
}

async function largest(session: DuckDbSession): Promise<ResolveReport['largest']> {
  const sizes = await session.rows<{ cluster: number; records: number }>(
    'the largest people',
    `SELECT cluster, count(*)::INTEGER AS records FROM person GROUP BY cluster ORDER BY records DESC, cluster LIMIT ${LARGEST}`,
  );
  const found = [];
  for (const { cluster, records } of sizes) {
    const condition = `r.rid IN (SELECT rid FROM person WHERE cluster = ${cluster})`;
    found.push({ records, examples: await shown(session, condition, EXAMPLES) });
  }
  return found;
}

/** People who differ in what a person has once (reference §3.13): few should. */
async function benchmarks(session: DuckDbSession, people: number): Promise<ResolveReport['benchmarks']> {
  const of = { 'more than 3 given names': ['given_name', 3], 'more than 3 surnames': ['surname', 3] } as const;
  const more = {
    'more than 2 birth dates': ['birthdate', 2],
    'more than 1 suffix': ['generational_suffix', 1],
  } as const;
  const tests = Object.entries({ ...of, ...more });
  const counts = tests.map(([, [, most]], i) => `count(*) FILTER (n_${i} > ${most})::INTEGER AS c_${i}`);
  const distinct = tests.map(([, [column]], i) => `count(DISTINCT c.${ident(column)}) AS n_${i}`);
  const [row = {}] = await session.rows<Record<string, number>>(
    'benchmarks',
    `SELECT ${counts.join(', ')} FROM (SELECT p.cluster, ${distinct.join(', ')} FROM person p JOIN clean c USING (rid) GROUP BY p.cluster)`,
  );
  return tests.map(([name], i) => {
    const n = row[`c_${i}`] ?? 0;
    return { name, people: n, share: people === 0 ? 0 : (100 * n) / people };
  });
}
