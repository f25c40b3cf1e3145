import { snakeCase } from '../../core/feeds/columns.ts';
import { type ColumnFacts, factsQuery } from '../../core/feeds/discovery/column-facts.ts';
import {
  isGoodEnough,
  type KeyCandidate,
  pairCandidates,
  rankKeys,
  singleCandidates,
} from '../../core/feeds/discovery/keys.ts';
import {
  datePatterns,
  dayTests,
  generalTests,
  instantTests,
  type ValueTest,
} from '../../core/feeds/discovery/value-tests.ts';
import { ident } from '../../core/sql/quote.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';

/** Values that say which tests are worth making of a whole column. */
const BEGINNING = 1000;
/** A test that fewer of the first values pass than this is not made of the others. */
const LEAST_SHARE = 0.2;
/** Tests that a single value decides. */
const ALWAYS = new Set(['leading zero', 'long number']);

/** Measures every value of every column, two at a time: of a small file, one processor plans the tests longer than it makes them. */
export async function measureColumns(
  session: DuckDbSession,
  relation: string,
  fields: readonly string[],
): Promise<ColumnFacts[]> {
  const measured: ColumnFacts[] = [];
  const columns = columnNames(fields);
  const left = fields.entries();
  const measureNext = async (by: DuckDbSession): Promise<void> => {
    for (const [index, field] of left)
      measured[index] = await measureColumn(by, relation, field, columns[index] ?? field);
  };
  await session.abreast(measureNext);
  return measured;
}

async function measureColumn(
  session: DuckDbSession,
  relation: string,
  field: string,
  column: string,
): Promise<ColumnFacts> {
  const first = `(SELECT ${ident(field)} FROM ${relation} WHERE nullif(trim(${ident(field)}), '') IS NOT NULL LIMIT ${BEGINNING})`;
  const whole = await passing(session, relation, field, await worthwhileTests(session, first, field));
  const shown = await session.rows<{ v: string }>(
    `examples of ${field}`,
    `SELECT v FROM (SELECT v, min(place) AS place FROM (SELECT ${ident(field)} AS v, row_number() OVER () AS place FROM ${first}) GROUP BY v) ORDER BY place LIMIT 5`,
  );
  return { field, column, ...whole, examples: shown.map(({ v }) => v) };
}

/** Tests of which the first values leave hope. */
async function worthwhileTests(session: DuckDbSession, first: string, field: string): Promise<ValueTest[]> {
  const general = await passing(session, first, field, generalTests);
  const part = (test: string): number => (general.passed.get(test) ?? 0) / Math.max(1, general.filled);
  const times = [
    ...(part('like a day') > LEAST_SHARE ? dayTests : []),
    ...(part('like an instant') > LEAST_SHARE ? instantTests(await daysWithin(session, first, field)) : []),
  ];
  const close = times.length === 0 ? general : await passing(session, first, field, times);
  const passes = ({ name }: ValueTest): number => general.passed.get(name) ?? close.passed.get(name) ?? 0;
  return [...generalTests, ...times].filter(
    (test) => ALWAYS.has(test.name) || passes(test) > LEAST_SHARE * general.filled,
  );
}

/** Patterns of the days that times stand behind. */
async function daysWithin(session: DuckDbSession, first: string, field: string): Promise<string[]> {
  const days = `(SELECT split_part(trim(${ident(field)}), ' ', 1) AS ${ident(field)} FROM ${first})`;
  const { passed, filled } = await passing(session, days, field, dayTests);
  return datePatterns.filter((pattern) => (passed.get(`Date ${pattern}`) ?? 0) > LEAST_SHARE * filled);
}

async function passing(session: DuckDbSession, relation: string, field: string, tests: readonly ValueTest[]) {
  const [row = {}] = await session.rows(`profile of ${field}`, factsQuery(relation, field, tests));
  const filled = Number(row.filled);
  return {
    rows: Number(row.rows),
    filled,
    distinct: Math.min(Number(row.distinct), filled),
    scale: Number(row.scale),
    passed: new Map(tests.map(({ name }, index): [string, number] => [name, Number(row[`test ${index}`])])),
  };
}

/** Key candidates with their uniqueness, best first; the column that comes nearest when none is good enough. */
export async function measureKeys(
  session: DuckDbSession,
  relation: string,
  columns: readonly ColumnFacts[],
): Promise<KeyCandidate[]> {
  const singles = singleCandidates(columns).map(({ column, distinct, rows }) => ({
    columns: [column],
    uniqueness: distinct / rows,
  }));
  if (singles.some(isGoodEnough)) return rankKeys(singles, columns);
  const pairs = await uniqueness(session, relation, pairCandidates(columns));
  const ranked = rankKeys([...singles, ...pairs], columns);
  if (ranked.length > 0) return ranked;
  const [best] = columns.toSorted((a, b) => b.distinct - a.distinct);
  return best ? [{ columns: [best.column], uniqueness: best.rows === 0 ? 0 : best.distinct / best.rows }] : [];
}

async function uniqueness(
  session: DuckDbSession,
  relation: string,
  keys: readonly ColumnFacts[][],
): Promise<KeyCandidate[]> {
  const measured: KeyCandidate[] = [];
  for (const key of keys) {
    const names = key.map(({ field }) => ident(field)).join(', ');
    const [row] = await session.rows<{ distinct: bigint; rows: bigint }>(
      `uniqueness of ${names}`,
      `SELECT count(DISTINCT hash(${names})) AS "distinct", count(*) AS rows FROM ${relation}`,
    );
    measured.push({ columns: key.map(({ column }) => column), uniqueness: Number(row?.distinct) / Number(row?.rows) });
  }
  return measured;
}

/** Columns of fields; two fields that would become one column are told apart by a number. */
function columnNames(fields: readonly string[]): string[] {
  const taken = new Set<string>();
  return fields.map((field) => {
    const wanted = snakeCase(field);
    let name = wanted;
    for (let turn = 2; taken.has(name); turn += 1) name = `${wanted.slice(0, 58)}_${turn}`;
    taken.add(name);
    return name;
  });
}
