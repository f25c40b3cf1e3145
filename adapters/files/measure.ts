import { snakeCase } from '../../core/feeds/columns.ts';
import { type ColumnFacts, factsQuery } from '../../core/feeds/discovery/column-facts.ts';
import { type KeyCandidate, pairCandidates, rankKeys, singleCandidates } from '../../core/feeds/discovery/keys.ts';
import { type ValueTest, valueTests } from '../../core/feeds/discovery/value-tests.ts';
import { ident } from '../../core/sql/quote.ts';
import type { DuckDbSession } from '../sql/duckdb-session.ts';

/** Values that say which tests are worth making of a whole column. */
const BEGINNING = 3000;
/** A test that fewer of the first values pass than this is not made of the others. */
const LEAST_SHARE = 0.2;
/** Tests that a single value decides. */
const ALWAYS = new Set(['leading zero', 'long number']);

/** Measures every value of every column. */
export async function measureColumns(
  session: DuckDbSession,
  relation: string,
  fields: readonly string[],
): Promise<ColumnFacts[]> {
  const measured: ColumnFacts[] = [];
  const columns = columnNames(fields);
  for (const [index, field] of fields.entries()) {
    measured.push(await measureColumn(session, relation, field, columns[index] ?? field));
  }
  return measured;
}

async function measureColumn(
  session: DuckDbSession,
  relation: string,
  field: string,
  column: string,
): Promise<ColumnFacts> {
  const first = `(SELECT ${ident(field)} FROM ${relation} WHERE nullif(trim(${ident(field)}), '') IS NOT NULL LIMIT ${BEGINNING})`;
  const sampled = await passing(session, first, field, valueTests);
  const worthwhile = valueTests.filter(
    ({ name }) => ALWAYS.has(name) || (sampled.passed.get(name) ?? 0) > LEAST_SHARE * sampled.filled,
  );
  const whole = await passing(session, relation, field, worthwhile);
  const shown = await session.rows<{ v: string }>(
    `examples of ${field}`,
    `SELECT v FROM (SELECT v, min(place) AS place FROM (SELECT ${ident(field)} AS v, row_number() OVER () AS place FROM ${first}) GROUP BY v) ORDER BY place LIMIT 5`,
  );
  return { field, column, ...whole, examples: shown.map(({ v }) => v) };
}

async function passing(session: DuckDbSession, relation: string, field: string, tests: readonly ValueTest[]) {
  const [row = {}] = await session.rows(`profile of ${field}`, factsQuery(relation, field, tests));
  const filled = Number(row['filled']);
  return {
    rows: Number(row['rows']),
    filled,
    distinct: Math.min(Number(row['distinct']), filled),
    scale: Number(row['scale']),
    passed: new Map(tests.map(({ name }, index): [string, number] => [name, Number(row[`test ${index}`])])),
  };
}

/** Key candidates with their exact uniqueness, best first; the first column when nothing is always filled. */
export async function measureKeys(
  session: DuckDbSession,
  relation: string,
  columns: readonly ColumnFacts[],
): Promise<KeyCandidate[]> {
  const singles = await uniqueness(
    session,
    relation,
    singleCandidates(columns).map((facts) => [facts]),
  );
  if (singles.some((candidate) => candidate.uniqueness === 1)) return rankKeys(singles, columns);
  const pairs = await uniqueness(session, relation, pairCandidates(columns));
  const ranked = rankKeys([...singles, ...pairs], columns);
  return ranked.length > 0 ? ranked : columns.slice(0, 1).map(({ column }) => ({ columns: [column], uniqueness: 0 }));
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
