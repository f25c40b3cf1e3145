import type { Feed, FeedField } from '../contracts/sources.ts';
import { ident, text } from '../sql/quote.ts';
import { columnOf } from './columns.ts';
import { conversion, conversionOfTyped, type Decimals, expectation } from './conversions.ts';

/** Rows as they come out of a file, before any type is given to them. */
export interface RawRows {
  /** What stands after FROM; its rows are in the file's order. */
  relation: string;
  /** Incoming fields and their engine types. */
  columns: { name: string; type: string }[];
}

export interface StagingOptions {
  timeZone: string;
  /** Stands for `_updated` in a feed that generates it. */
  generatedUpdated: bigint;
}

/** What the engine says of a value that has more digits than a short decimal holds. */
export const LONG_DECIMAL = 'a decimal has more than 18 digits';

interface StagedField {
  field: FeedField;
  column: string;
  /** The incoming column as SQL, NULL when the file lacks it, and whether it is text. */
  raw: string;
  isText: boolean;
  converted: string;
  /** The same over `rawName`, with long decimals. */
  inLong: string;
  required: boolean;
  inKey: boolean;
}

/**
 * DuckDB SQL of a feed's typed rows, one a raw row and in the same order. A bad row is kept in its place with a NULL `_pk`,
 * so that its position tells which row of the file it was. Fails with `LONG_DECIMAL` where a value is too long for the
 * short decimals that were asked for.
 */
export function stagedRows(feed: Feed, rows: RawRows, options: StagingOptions, decimals: Decimals): string {
  const fields = stagedFields(feed, rows, options, decimals);
  const suspicious = fields
    .map(suspicion)
    .filter((test) => test !== '')
    .join(' OR ');
  const bad = fields
    .flatMap(problemsOf)
    .map((problem) => problem.test)
    .join(' OR ');
  const key = primaryKey(feed);
  const long = fields
    .filter(({ field }) => decimals === 'short' && field.type.startsWith('Decimal'))
    .map(({ column, inLong }) => `${ident(column)} IS NULL AND ${inLong} IS NOT NULL`)
    .map((test) => `WHEN ${test} THEN error(${text(LONG_DECIMAL)}) `)
    .join('');
  return `SELECT ${fields.map(({ column }) => ident(column)).join(', ')},
  CASE WHEN ${suspicious} THEN CASE ${long}WHEN ${bad} THEN NULL ELSE ${key} END ELSE ${key} END AS "_pk",
  ${updatedAt(feed, options)} AS "_updated"
FROM (${convertedRows(rows, fields)})`;
}

/** DuckDB SQL of the first problem of each bad row among `rows`: `passed`, column, value, expected. */
export function problemRows(feed: Feed, rows: RawRows, options: StagingOptions, passed: readonly string[]): string {
  const fields = stagedFields(feed, rows, options, 'long');
  const problems = fields
    .flatMap(problemsOf)
    .map(
      ({ test, of, expected }) =>
        `CASE WHEN ${test} THEN {'column': ${text(of.field.field)}, 'value': CAST(${rawName(of)} AS VARCHAR), 'expected': ${text(expected)}} END`,
    );
  return `SELECT ${passed.map(ident).join(', ')}, "problem".*
FROM (SELECT ${passed.map(ident).join(', ')}, list_filter([${problems.join(',\n  ')}], lambda p: p IS NOT NULL)[1] AS "problem"
FROM (${convertedRows(rows, fields, passed)})) WHERE "problem" IS NOT NULL`;
}

/** How a file's columns differ from a feed's fields. */
export function drift(feed: Feed, rows: RawRows): { unknown_columns: string[]; missing_columns: string[] } {
  const known = new Set(feed.fields.map(({ field }) => incoming(rows, field)?.name));
  return {
    unknown_columns: rows.columns.map(({ name }) => name).filter((name) => !known.has(name)),
    missing_columns: feed.fields.map(({ field }) => field).filter((field) => incoming(rows, field) === undefined),
  };
}

/** DuckDB SQL of how many staged rows there are, how many are good, and whether some may share a key. */
export function stagedCounts(staged: string): string {
  // Distinct hashes cost a fraction of distinct texts; equal hashes of different keys only cost a needless fold.
  return `SELECT count(*) AS rows, count("_pk") AS good, count(DISTINCT hash("_pk")) - CASE WHEN count("_pk") < count(*) THEN 1 ELSE 0 END AS keys FROM ${staged}`;
}

/** The rows of a staged file that have a key, in their order. */
export const goodRows = (staged: string): string =>
  `SELECT * EXCLUDE ("file_row_number") FROM ${staged} WHERE "_pk" IS NOT NULL`;

/** DuckDB SQL of the good rows, one a key: the newest `_updated`, then the last of the file (reference §1.5). */
export function foldedRows(staged: string): string {
  return `SELECT * EXCLUDE ("file_row_number") FROM ${staged} AS s
WHERE "_pk" IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM (
    SELECT "file_row_number", row_number() OVER (PARTITION BY "_pk" ORDER BY "_updated" DESC, "file_row_number" DESC) AS place
    FROM ${staged} WHERE "_pk" IN (SELECT "_pk" FROM ${staged} WHERE "_pk" IS NOT NULL GROUP BY "_pk" HAVING count(*) > 1)
  ) AS d WHERE d.place > 1 AND d."file_row_number" = s."file_row_number"
) ORDER BY "file_row_number"`;
}

function stagedFields(feed: Feed, rows: RawRows, options: StagingOptions, decimals: Decimals): StagedField[] {
  return feed.fields.map((field) => {
    const column = columnOf(field);
    const source = incoming(rows, field.field);
    const raw = rawColumn(source);
    const isText = source === undefined || /^(VARCHAR|JSON)$/.test(source.type);
    const convert = (value: string, to: Decimals) =>
      isText
        ? conversion(field, value, options.timeZone, to)
        : conversionOfTyped(field, value, source.type, options.timeZone, to);
    return {
      field,
      column,
      raw,
      isText,
      converted: convert(raw, decimals),
      inLong: convert(rawName({ column }), 'long'),
      required: field.required,
      inKey: feed.primary_key.includes(column),
    };
  });
}

/** An incoming column as SQL; a JSON text without its quotes. */
function rawColumn(source: RawRows['columns'][number] | undefined): string {
  if (source === undefined) return 'CAST(NULL AS VARCHAR)';
  return source.type === 'JSON' ? `(${ident(source.name)} ->> '$')` : ident(source.name);
}

/** A field's incoming column: the same name, else the one that differs in case or outer blanks only. */
function incoming(rows: RawRows, field: string): RawRows['columns'][number] | undefined {
  const plain = (name: string) => name.trim().toLowerCase();
  return (
    rows.columns.find(({ name }) => name === field) ?? rows.columns.find(({ name }) => plain(name) === plain(field))
  );
}

const rawName = ({ column }: Pick<StagedField, 'column'>): string => ident(`raw ${column}`);

function convertedRows(rows: RawRows, fields: StagedField[], passed: readonly string[] = []): string {
  const selected = fields.map(
    (field) => `${field.raw} AS ${rawName(field)}, ${field.converted} AS ${ident(field.column)}`,
  );
  return `SELECT ${[...passed.map(ident), ...selected].join(',\n  ')} FROM ${rows.relation}`;
}

/** A cheap test that is true of every row where the field may be bad. */
function suspicion(staged: StagedField): string {
  const column = ident(staged.column);
  if (staged.required || staged.inKey) {
    const blank = `${column} IS NULL OR ${column} = '' OR starts_with(${column}, ' ')`;
    return staged.field.type === 'String' ? blank : `${column} IS NULL`;
  }
  return staged.field.type === 'String' ? '' : `(${column} IS NULL AND ${rawName(staged)} IS NOT NULL)`;
}

/** Everything that can be wrong with a field of a row, with the test that tells it. */
function problemsOf(staged: StagedField): { test: string; of: StagedField; expected: string }[] {
  const raw = rawName(staged);
  const blank = staged.isText ? `coalesce(trim(${raw}), '') = ''` : `${raw} IS NULL`;
  const misfit = {
    test: `(${ident(staged.column)} IS NULL AND NOT ${blank})`,
    of: staged,
    expected: expectation(staged.field),
  };
  const because = staged.inKey ? 'it is part of the primary key' : 'the field is required';
  const missing = { test: `(${blank})`, of: staged, expected: `a value, since ${because}` };
  return [...(staged.field.type === 'String' ? [] : [misfit]), ...(staged.required || staged.inKey ? [missing] : [])];
}

/** Several columns make one key with `|` between them; a `|` or `\` inside a text is escaped, so no two keys meet. */
function primaryKey(feed: Feed): string {
  const parts = feed.primary_key.map((name) => {
    const field = feed.fields.find((candidate) => columnOf(candidate) === name);
    const part = `CAST(${ident(name)} AS VARCHAR)`;
    if (feed.primary_key.length === 1 || field?.type !== 'String') return part;
    return `CASE WHEN contains(${part}, '|') OR contains(${part}, '\\') THEN replace(replace(${part}, '\\', '\\\\'), '|', '\\|') ELSE ${part} END`;
  });
  return parts.join(` || '|' || `);
}

/** A row that doesn't say when it was updated is older than all that do. */
function updatedAt(feed: Feed, options: StagingOptions): string {
  if (feed.last_updated === undefined) return `CAST(${options.generatedUpdated} AS BIGINT)`;
  const field = feed.fields.find((candidate) => columnOf(candidate) === feed.last_updated);
  const column = ident(feed.last_updated);
  return `coalesce(${field?.type === 'Datetime' ? `epoch_us(${column})` : column}, 0)`;
}
