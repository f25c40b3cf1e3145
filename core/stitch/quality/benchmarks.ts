import type { Benchmark } from '../../contracts/stitch-quality.ts';
import { ident, text } from '../../sql/quote.ts';

/**
 * A heuristic that needs no truth. The reference (§3.13) publishes names, what is measured, and one limit: 0.011 % of ids with
 * more than three given names. The other limits are ours: the same where a person has one value as a rule, more where
 * people move or share, and ten times the optimum, or five, for high.
 */
interface Definition extends Pick<Benchmark, 'name' | 'kind' | 'measures' | 'limits' | 'advice'> {
  /** SQL with a row an offence: `first_id`, `last_id`, `guess`; empty where the columns can't offend. */
  offences?: (columns: readonly string[]) => string;
  /** A column of which an id has more values than this: such benchmarks are counted in one pass. */
  many?: { column: string; most: number };
  /** SQL with a row a combination: `first_id` and `last_id` of those that have it, `guess`. It offends where several have it, and percentages are of combinations. */
  combinations?: string;
}

const compared = 'stitch.unified_preprocessed_raw';

const manyAdvice =
  'Look at the examples: names of a family point to a value that many share, such as a phone of a shop. Put it into bad_values, or part the people by labels.';
const sharedAdvice =
  'Look at the examples: a father and a son differ in birth date or suffix and are right. Where they are one person, see with `stitch explain` what keeps the records apart.';

/** An automatic guess: more than one birth date says several people. */
function guess(several: string, one: string): string {
  return `CASE WHEN MIN(p.birthdate) <> MAX(p.birthdate) THEN ${text(several)} ELSE ${text(one)} END`;
}

/** Ids of records with more values of a column than a person has. */
function many(column: string, most: number, what: string, optimal: number): Definition {
  return {
    name: `many-${what.replaceAll(' ', '-')}`,
    kind: 'over',
    measures: `ids with more than ${most} ${what}, of all ids`,
    limits: { optimal, high: 10 * optimal },
    advice: manyAdvice,
    many: { column, most },
  };
}

/** Combinations of a name and something else that several ids have. */
function shared(what: string, columns: readonly string[], condition: string, optimal: number): Definition {
  const all = ['given_name', 'surname', ...columns].map((column) => `p.${ident(column)}`).join(', ');
  return {
    name: `shared-names-and-${what}`,
    kind: 'under',
    measures: `combinations of name and ${what} in several ids, to those in one`,
    limits: { optimal, high: 5 * optimal },
    advice: sharedAdvice,
    combinations: `SELECT MIN(p.amp_id) AS first_id, MAX(p.amp_id) AS last_id, ${guess('good', 'poor')} AS guess
FROM ${compared} p WHERE p.given_name IS NOT NULL AND p.surname IS NOT NULL AND ${condition} GROUP BY ${all}`,
  };
}

/** Keys that say otherwise than the ids: a separation key with several values in one, a foreign key's value in several. */
function keyConflicts(columns: readonly string[]): string {
  const derived = ['sk_given_name', 'sk_generational_suffix'];
  const separation = columns.filter((column) => column.startsWith('sk_') && !derived.includes(column)).map(ident);
  const foreign = columns.filter((column) => column.startsWith('fk_')).map(ident);
  const parts = [
    ...separation.map(
      (key) => `SELECT p.amp_id AS first_id, p.amp_id AS last_id, 'poor' AS guess FROM ${compared} p
WHERE p.${key} IS NOT NULL GROUP BY p.amp_id HAVING MIN(p.${key}) <> MAX(p.${key})`,
    ),
    ...foreign.map(
      (key) => `SELECT MIN(p.amp_id) AS first_id, MAX(p.amp_id) AS last_id, 'poor' AS guess FROM ${compared} p
WHERE p.${key} IS NOT NULL GROUP BY p.${key} HAVING MIN(p.amp_id) <> MAX(p.amp_id)`,
    ),
  ];
  return parts.join('\nUNION ALL\n');
}

const RARE = 0.011;

/** To add a benchmark, add an entry. */
export const benchmarkDefinitions: readonly Definition[] = [
  many('given_name', 3, 'given names', RARE),
  many('surname', 3, 'surnames', RARE),
  many('birthdate', 2, 'birth dates', RARE),
  many('postal', 5, 'postal codes', 0.1),
  shared('emails', ['email'], 'p.email IS NOT NULL', 0.5),
  shared('phones', ['phone'], 'p.phone IS NOT NULL', 0.5),
  shared('addresses', ['address', 'city', 'state', 'postal'], 'p.address IS NOT NULL', 1),
  {
    name: 'rule-conflicts',
    kind: 'both',
    measures: 'ids with several values of a separation key, and values of a foreign key in several ids, to all ids',
    limits: { optimal: RARE, high: 10 * RARE },
    advice:
      'Look at the examples: a foreign key that people share is no key of a person; tag it evidence-… instead of fk-….',
    offences: keyConflicts,
  },
];

export const benchmarkNames: readonly string[] = benchmarkDefinitions.map(({ name }) => name);

/** Examples of each guess that are drawn, of which those of one fill up where the other has few. */
const EXAMPLES = 10;

/** One pass over people with as many records as it takes, since few have: all ids that offend in the number of their values. */
function manySql(): string {
  const all = benchmarkDefinitions.flatMap(({ name, many }) => (many ? [{ name, ...many }] : []));
  const offends = all.map(({ name, column, most }) => `(b.benchmark = ${text(name)} AND v.${ident(column)} > ${most})`);
  const any = all.map(({ column, most }) => `COUNT(DISTINCT p.${ident(column)}) > ${most}`);
  const counts = all.map(({ column }) => `COUNT(DISTINCT p.${ident(column)}) AS ${ident(column)}`);
  return `SELECT b.benchmark, v.amp_id AS first_id, v.amp_id AS last_id, v.guess FROM (
  SELECT p.amp_id, ${counts.join(', ')}, ${guess('poor', 'good')} AS guess
  FROM (SELECT amp_id FROM ${compared} GROUP BY amp_id HAVING COUNT(*) > ${Math.min(...all.map(({ most }) => most))}) m
  JOIN ${compared} p ON p.amp_id = m.amp_id GROUP BY p.amp_id HAVING ${any.join(' OR ')}
) v JOIN (${all.map(({ name }) => `SELECT ${text(name)} AS benchmark`).join(' UNION ALL ')}) b ON ${offends.join(' OR ')}`;
}

/** Combinations that people have in common, each benchmark's a named query that is read twice: for offences, and for how many there are. */
function combined() {
  const all = benchmarkDefinitions.flatMap(({ name, combinations }) =>
    combinations === undefined ? [] : { benchmark: text(name), named: ident(name.replaceAll('-', '_')), combinations },
  );
  const none = 'CAST(NULL AS VARCHAR)';
  return {
    queries: all.map(({ named, combinations }) => `${named} AS (\n${combinations}\n)`),
    offences: all.map(
      ({ benchmark, named }) =>
        `SELECT ${benchmark} AS benchmark, first_id, last_id, guess FROM ${named} WHERE first_id <> last_id`,
    ),
    counts: all.map(
      ({ benchmark, named }) =>
        `SELECT ${benchmark}, COUNT(*), ${none}, ${none}, ${none}, CAST(NULL AS BIGINT) FROM ${named}`,
    ),
  };
}

/**
 * All offences counted, and some of them, drawn anew for each run; and a row without a guess that counts the combinations of a
 * benchmark. `columns` are those of `unified_preprocessed_raw`.
 */
export function offencesSql(columns: readonly string[], runId: string): string {
  const conflicts = benchmarkDefinitions.flatMap(({ name, offences }) => {
    const sql = offences?.(columns) ?? '';
    return sql === '' ? [] : `SELECT ${text(name)} AS benchmark, o.first_id, o.last_id, o.guess FROM (\n${sql}\n) AS o`;
  });
  const { queries, offences, counts } = combined();
  return `WITH ${queries.join(',\n')},
offence AS (
${[manySql(), ...offences, ...conflicts].join('\nUNION ALL\n')}
),
placed AS (
  SELECT benchmark, first_id, last_id, guess, COUNT(*) OVER (PARTITION BY benchmark) AS offences,
    ROW_NUMBER() OVER (PARTITION BY benchmark, guess ORDER BY MD5(TO_UTF8(CONCAT(${text(runId)}, first_id, last_id))), first_id, last_id) AS place
  FROM offence
)
SELECT benchmark, offences, guess, first_id, last_id, place FROM placed WHERE place <= ${EXAMPLES}
UNION ALL
${counts.join('\nUNION ALL\n')}
ORDER BY benchmark, guess, place`;
}

/** Rows of `offencesSql` at the most. */
export const offenceRows: number = (2 * EXAMPLES + 1) * benchmarkDefinitions.length;

/** The benchmarks from the rows of `offencesSql`. */
export function benchmarksOf(people: number, rows: readonly (readonly unknown[])[]): Benchmark[] {
  return benchmarkDefinitions.map(({ name, kind, measures, limits, advice, combinations }) => {
    const own = rows.filter(([benchmark, , guess]) => benchmark === name && guess !== null);
    const count = Number(own[0]?.[1] ?? 0);
    const all = Number(rows.find(([benchmark, , guess]) => benchmark === name && guess === null)?.[1] ?? 0);
    const value = percentage(count, combinations === undefined ? people : all - count);
    return { name, kind, measures, count, value, limits, grade: gradeOf(value, limits), advice, examples: drawn(own) };
  });
}

/** Of nothing but offences each is one too many. */
const percentage = (count: number, of: number): number => (100 * count) / Math.max(1, of);

function gradeOf(value: number, { optimal, high }: Benchmark['limits']): Benchmark['grade'] {
  if (value <= optimal) return 'optimal';
  return value < high ? 'above optimal' : 'high';
}

/** Half of each guess, as far as there are such. */
function drawn(rows: readonly (readonly unknown[])[]): Benchmark['examples'] {
  const guessed = (guess: string) => rows.filter((row) => row[2] === guess);
  const [good, poor] = [guessed('good'), guessed('poor')];
  const ofPoor = Math.min(poor.length, Math.max(EXAMPLES / 2, EXAMPLES - good.length));
  return [...poor.slice(0, ofPoor), ...good.slice(0, EXAMPLES - ofPoor)].map(([, , guess, one, other]) => ({
    guess: guess as 'good' | 'poor',
    amp_ids: one === other ? [String(one)] : [String(one), String(other)],
  }));
}
