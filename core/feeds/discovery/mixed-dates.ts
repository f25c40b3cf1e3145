import { text } from '../../sql/quote.ts';
import { parseDatePattern } from '../date-patterns.ts';
import { type ColumnFacts, share } from './column-facts.ts';
import { dayInWords, IN_WORDS_TEST } from './days-in-words.ts';

/** How a day is written in numbers with its whole year; a text is written in one of these ways at the most. */
const ONE_READING = [
  'yyyyMMdd',
  'yyyy-MM-dd',
  'yyyy/MM/dd',
  'yyyy.MM.dd',
  'yyyy.MM.dd.',
  'yyyy. MM. dd.',
  'dd.MM.yyyy',
  'yyyy年MM月dd日',
  'yyyy년 MM월 dd일',
];
/** And with a word for its month, as far as patterns say it. */
const WITH_WORDS = ['dd-MMM-yyyy', 'dd MMM yyyy', 'ddMMMyyyy'];
/** Those that a text alone may not tell apart. */
const TWO_READINGS = [
  { day: 'dd/MM/yyyy', month: 'MM/dd/yyyy' },
  { day: 'dd-MM-yyyy', month: 'MM-dd-yyyy' },
];
/** The same with two digits of the year. */
const SHORT_ONE = ['dd-MMM-yy', 'ddMMMyy', 'dd.MM.yy'];
const SHORT_TWO = [{ day: 'dd/MM/yy', month: 'MM/dd/yy' }];
/** What those look like: `strptime` alone takes 24 for a year. Behind a year a single digit has rather lost another. */
const WHOLE_YEAR =
  '\\s*(\\d{8}|\\d{4}([-/.]\\d{2}){2}\\.?|\\d{4}(\\. ?\\d{1,2}){2}\\.|\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{4}|\\d{4}[年년] ?\\d{1,2}[月월] ?\\d{1,2}[日일])\\s*';
const SHORT_YEAR = '\\s*\\d{1,2}([-/.]\\d{1,2}[-/.]|[- ]?[A-Za-z]{3}[- ]?)\\d{2}\\s*';
/** An order of day and month is a column's own when one value in so many at the most says otherwise. */
const EVIDENT = 20;

/** What comes first in the values of a column, by those that can be read in one order only; undefined where they don't tell. */
function firstIn({ filled, passed }: ColumnFacts): 'day' | 'month' | undefined {
  const monthOnly = filled - (passed.get('day may come first') ?? 0);
  const dayOnly = filled - (passed.get('month may come first') ?? 0);
  if (dayOnly > monthOnly * EVIDENT) return 'day';
  return monthOnly > dayOnly * EVIDENT ? 'month' : undefined;
}

/** The patterns of a column that is written in several ways, the most frequent first; undefined unless each value fits one. */
export function mixedPatterns(facts: ColumnFacts): string[] | undefined {
  const order = firstIn(facts);
  const fitting = (pattern: string) => facts.passed.get(`Date ${pattern}`) ?? 0;
  const ways = [...ONE_READING, ...WITH_WORDS, ...TWO_READINGS.map((way) => way[order ?? 'day'])];
  const patterns = ways.filter((pattern) => fitting(pattern) > 0).sort((one, other) => fitting(other) - fitting(one));
  const isSure = order !== undefined || !TWO_READINGS.some(({ day }) => patterns.includes(day));
  return isSure && patterns.reduce((sum, pattern) => sum + fitting(pattern), 0) === facts.filled ? patterns : undefined;
}

/** The share of a column's values that are days, as far as is known, and the pattern that most of them have. */
export function mostlyDays(facts: ColumnFacts): { part: number; pattern: string } {
  const ways = [
    ...[...ONE_READING, ...SHORT_ONE, IN_WORDS_TEST].map((pattern) => [pattern]),
    ...[...TWO_READINGS, ...SHORT_TWO].map(({ day, month }) => [month, day]),
  ];
  const best = ways.map((patterns) =>
    patterns
      .map((pattern) => ({ pattern, part: share(facts, `Date ${pattern}`) }))
      .reduce((one, other) => (other.part > one.part ? other : one)),
  );
  const { pattern } = best.reduce((one, other) => (other.part > one.part ? other : one));
  return { part: best.reduce((sum, { part }) => sum + part, 0), pattern };
}

/**
 * DuckDB SQL of the day of birth that a text of a column says, in whatever way it is written. Where day and month can be either,
 * the column's other values decide; where these don't tell, there is none. Of two digits of a year the century is the last in
 * which the day has come.
 */
export function dayOf(raw: string, facts: ColumnFacts): string {
  const order = firstIn(facts);
  const read = (patterns: readonly string[]) =>
    `try_strptime(trim(${raw}), [${patterns.map((pattern) => text(parseDatePattern(pattern).strptime)).join(', ')}])`;
  const readTwofold = (ways: readonly { day: string; month: string }[]) => {
    const [days, months] = [ways.map(({ day }) => day), ways.map(({ month }) => month)];
    const [dayFirst, monthFirst] = [read([...days, ...months]), read([...months, ...days])];
    if (order !== undefined) return order === 'day' ? dayFirst : monthFirst;
    return `CASE WHEN ${dayFirst} = ${monthFirst} THEN ${dayFirst} END`;
  };
  const whole = `coalesce(${read(ONE_READING)}, ${readTwofold(TWO_READINGS)})`;
  const short = `coalesce(${read(SHORT_ONE)}, ${readTwofold(SHORT_TWO)})`;
  return `CASE WHEN regexp_full_match(${raw}, ${text(WHOLE_YEAR)}) THEN CAST(${whole} AS DATE)
  WHEN regexp_full_match(${raw}, ${text(SHORT_YEAR)}) THEN CAST(CASE WHEN ${short} > current_date THEN ${short} - INTERVAL 100 YEAR ELSE ${short} END AS DATE)
  ELSE ${dayInWords(raw)} END`;
}
