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
const EXAMPLES = 5;
/** A test that fewer of the first values pass than this is not made of the others. */
const LEAST_SHARE = 0.2;
/** Tests that a single value decides. */
const ALWAYS = new Set(['leading zero', 'long number']);

/** The table of the first values of each column. */
const BEGINNINGS = 'beginnings';

/**
 * Measures every value of every column. How its values begin tells which tests are worth making of it. Of a small file,
 * tests take longer to plan than to make: those of all beginnings are planned once, the others by two processors.
 */
export async function measureColumns(
  session: DuckDbSession,
  relation: string,
  fields: readonly string[],
): Promise<ColumnFacts[]> {
  if (fields.length === 0) return [];
  const beginnings = await measureBeginnings(session, relation, fields);
  const measured: ColumnFacts[] = [];
  const columns = columnNames(fields);
  const left = fields.entries();
  await session.abreast(async (by) => {
    for (const [index, field] of left) {
      const { examples, ...general } = beginnings[index] ?? UNFILLED;
      const tests = await worthwhileTests(by, index, general);
      const facts = await passing(by, relation, field, tests);
      measured[index] = { field, column: columns[index] ?? field, ...facts, examples };
    }
  });
  await session.run('the beginnings of columns', `DROP TABLE ${BEGINNINGS}`);
  return measured;
}

/** What the first values of a column say of it. */
interface Beginning extends Passing {
  /** The first distinct ones. */
  examples: string[];
}

/** By column what its first values say; undefined where none is filled. */
async function measureBeginnings(
  session: DuckDbSession,
  relation: string,
  fields: readonly string[],
): Promise<(Beginning | undefined)[]> {
  const first = fields.map((field, index) => {
    const value = ident(field);
    return `(SELECT ${index} AS "column", row_number() OVER () AS place, ${value} AS v FROM ${relation} WHERE nullif(trim(${value}), '') IS NOT NULL LIMIT ${BEGINNING})`;
  });
  await session.run(
    'the beginnings of columns',
    `CREATE OR REPLACE TABLE ${BEGINNINGS} AS ${first.join('\nUNION ALL ')}`,
  );
  const rows: (FactsRow & { column: number })[] = [];
  const halves = [0, 1].values();
  await session.abreast(async (by) => {
    for (const half of halves) {
      const mine = `(SELECT * FROM ${BEGINNINGS} WHERE "column" % 2 = ${half})`;
      rows.push(
        ...(await by.rows<(typeof rows)[0]>('profile of beginnings', factsQuery(mine, 'v', generalTests, 'column'))),
      );
    }
  });
  const shown = await session.rows<{ column: number; v: string }>(
    'examples',
    `SELECT "column", v FROM (SELECT "column", v, min(place) AS place FROM ${BEGINNINGS} GROUP BY ALL)
QUALIFY row_number() OVER (PARTITION BY "column" ORDER BY place) <= ${EXAMPLES} ORDER BY "column", place`,
  );
  const found: (Beginning | undefined)[] = [];
  for (const row of rows) {
    const examples = shown.filter(({ column }) => column === row.column).map(({ v }) => v);
    found[row.column] = { ...factsOf(row, generalTests), examples };
  }
  return found;
}

/** The first values of a column, as a relation. */
const beginningOf = (index: number): string => `(SELECT v FROM ${BEGINNINGS} WHERE "column" = ${index})`;

/** Tests of which the first values leave hope. */
async function worthwhileTests(session: DuckDbSession, index: number, general: Passing): Promise<ValueTest[]> {
  const part = (test: string): number => (general.passed.get(test) ?? 0) / Math.max(1, general.filled);
  const times = [
    ...(part('like a day') > LEAST_SHARE ? dayTests : []),
    ...(part('like an instant') > LEAST_SHARE ? instantTests(await daysWithin(session, index)) : []),
  ];
  const close = times.length === 0 ? general : await passing(session, beginningOf(index), 'v', times);
  const passes = ({ name }: ValueTest): number => general.passed.get(name) ?? close.passed.get(name) ?? 0;
  return [...generalTests, ...times].filter(
    (test) => ALWAYS.has(test.name) || passes(test) > LEAST_SHARE * general.filled,
  );
}

/** Patterns of the days that times stand behind. */
async function daysWithin(session: DuckDbSession, index: number): Promise<string[]> {
  const days = `(SELECT split_part(trim(v), ' ', 1) AS v FROM ${beginningOf(index)})`;
  const { passed, filled } = await passing(session, days, 'v', dayTests);
  return datePatterns.filter((pattern) => (passed.get(`Date ${pattern}`) ?? 0) > LEAST_SHARE * filled);
}

type Passing = Pick<ColumnFacts, 'rows' | 'filled' | 'distinct' | 'scale' | 'passed'>;
type FactsRow = Record<string, unknown>;

async function passing(
  session: DuckDbSession,
  relation: string,
  field: string,
  tests: readonly ValueTest[],
): Promise<Passing> {
  const [row = {}] = await session.rows<FactsRow>(`profile of ${field}`, factsQuery(relation, field, tests));
  return factsOf(row, tests);
}

function factsOf(row: FactsRow, tests: readonly ValueTest[]): Passing {
  const filled = Number(row.filled);
  return {
    rows: Number(row.rows),
    filled,
    distinct: Math.min(Number(row.distinct), filled),
    scale: Number(row.scale),
    passed: new Map(tests.map(({ name }, index): [string, number] => [name, Number(row[`test ${index}`])])),
  };
}

const UNFILLED: Beginning = { rows: 0, filled: 0, distinct: 0, scale: 0, passed: new Map(), examples: [] };

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
