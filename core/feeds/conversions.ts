import type { FeedField } from '../contracts/sources.ts';
import { text } from '../sql/quote.ts';
import { engineType } from '../sql/types.ts';
import { DATE_PATTERNS, type DatePattern, datetimePatterns, parseDatePattern } from './date-patterns.ts';

/**
 * How many digits a decimal is given: 18 (`short`) or 38. The engine reads, writes and adds up short ones many times
 * faster. A value that doesn't fit is NULL.
 */
export type Decimals = 'short' | 'long';

/**
 * DuckDB SQL that turns the raw text `raw` into a field's type, NULL where it doesn't fit. The forms that nearly every
 * value has come first and are vectorised; CASE and COALESCE give only what is left to the slower ones.
 */
export function conversion(field: FeedField, raw: string, timeZone: string, decimals: Decimals = 'long'): string {
  const kind = field.type.replace(/\(.*/, '');
  if (kind === 'String') return raw;
  if (kind === 'Boolean') return toBoolean(raw);
  if (kind === 'Integer') return toInteger(raw);
  if (kind === 'Float') return `nullif(nullif(nullif(TRY_CAST(${raw} AS DOUBLE), 'NaN'), 'Infinity'), '-Infinity')`;
  if (kind === 'Decimal') return toDecimal(raw, storedType(field, decimals));
  return kind === 'Date' ? toDate(raw, field.patterns) : toDatetime(raw, field.patterns, timeZone);
}

/** The same for a raw column that already has an engine type, as Parquet and ingest queries give. */
export function conversionOfTyped(
  field: FeedField,
  raw: string,
  rawType: string,
  timeZone: string,
  decimals: Decimals,
): string {
  const wanted = storedType(field, decimals);
  if (rawType === wanted && field.type !== 'Datetime') return raw;
  const number = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL.*|DOUBLE|FLOAT)$/;
  if (/^TIMESTAMP WITH TIME ZONE$/.test(rawType) && field.type === 'Datetime') return inUtc(raw);
  if (/^TIMESTAMP/.test(rawType) && field.type === 'Datetime') {
    return zoneless(`CAST(${raw} AS TIMESTAMP)`, timeZone);
  }
  if (/^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/.test(rawType) && field.type === 'Integer')
    return `TRY_CAST(${raw} AS BIGINT)`;
  if (number.test(rawType) && /^(Decimal|Float)/.test(field.type)) return `TRY_CAST(${raw} AS ${wanted})`;
  return conversion(field, asText(raw, rawType), timeZone, decimals);
}

/** Beyond 12 digits behind the point too few are left before it for short decimals. */
function storedType({ type }: FeedField, decimals: Decimals): string {
  const stored = engineType(type, 'duckdb');
  return decimals === 'short' ? stored.replace(/^DECIMAL\(38,(\d|1[0-2])\)$/, 'DECIMAL(18,$1)') : stored;
}

/** A raw column as text; nested values as JSON. */
export function asText(raw: string, rawType: string): string {
  if (rawType === 'VARCHAR') return raw;
  if (/^(STRUCT|MAP)|\[\d*\]$/.test(rawType)) return `CAST(to_json(${raw}) AS VARCHAR)`;
  return `CAST(${raw} AS VARCHAR)`;
}

/** What a value of a field has to look like, for quarantine: `a Date such as 2026-11-23`. */
export function expectation(field: FeedField): string {
  if (field.patterns.length > 0 && /^Date/.test(field.type))
    return `a ${field.type} written ${field.patterns.join(' or ')}`;
  const scale = /\((?:38, ?)?(\d+)\)/.exec(field.type)?.[1];
  const examples: Record<string, string> = {
    Boolean: 'true or false',
    Integer: 'an Integer such as 42',
    Float: 'a Float such as 4.25',
    Date: 'a Date such as 2026-11-23',
    Datetime: 'a Datetime such as 2026-11-23 10:30:00.000',
  };
  return examples[field.type] ?? `a number such as 4.25, with up to ${38 - Number(scale)} digits before the point`;
}

function toBoolean(raw: string): string {
  return `CASE ${raw} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE ELSE CASE lower(trim(${raw}))
    WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE WHEN 't' THEN TRUE WHEN 'f' THEN FALSE
    WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE WHEN 'y' THEN TRUE WHEN 'n' THEN FALSE
    WHEN '1' THEN TRUE WHEN '0' THEN FALSE END END`;
}

/** The engine's cast would round 1.5 and read 0x10 and 1_000: what doesn't read back as it was is looked at closely. */
function toInteger(raw: string): string {
  const cast = `TRY_CAST(${raw} AS BIGINT)`;
  return `CASE WHEN CAST(${cast} AS VARCHAR) = ${raw} THEN ${cast}
    WHEN regexp_full_match(${raw}, '\\s*[+-]?\\d+(\\.0*)?\\s*') THEN ${cast} END`;
}

/**
 * Digits beyond the scale are rounded. A currency sign and thousands are understood where they can't mean anything else.
 * The engine reads 18 digits a hundred times as fast as 38.
 */
function toDecimal(raw: string, type: string): string {
  const scale = Number(/,\s*(\d+)/.exec(type)?.[1]);
  const plain = `CASE WHEN regexp_full_match(${raw}, '\\s*[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?\\s*') THEN TRY_CAST(${raw} AS ${type}) END`;
  const marked = `CASE WHEN regexp_full_match(${raw}, '\\s*[+-]?[$£€¥]?\\s*(\\d+(\\.\\d*)?|\\d{1,3}(,\\d{3})+\\.\\d+)\\s*')
      THEN TRY_CAST(regexp_replace(${raw}, '[$£€¥,\\s]', '', 'g') AS ${type}) END`;
  if (scale > 12) return firstOf([plain, marked]);
  const short = `CASE WHEN length(${raw}) < 18 AND NOT contains(${raw}, '_') THEN TRY_CAST(${raw} AS DECIMAL(18, ${scale})) END`;
  return firstOf([`CAST(${short} AS ${type})`, plain, marked]);
}

/*
 * Each engine call on the raw text stands once in its expression: one that stands twice is worked out for every row,
 * whether CASE or COALESCE needs it or not.
 */

function toDate(raw: string, patterns: readonly string[]): string {
  const listed = DATE_PATTERNS.filter((pattern) => !/^yyyy[-/]/.test(pattern));
  const iso = `CASE WHEN ${raw} LIKE '____-__-__' OR regexp_full_match(${raw}, ${text(ISO)}) THEN TRY_CAST(${raw} AS DATE) END`;
  const named = (patterns.length > 0 ? patterns : listed).map(parseDatePattern).map((pattern) => {
    const value = parsed(raw, pattern);
    return `CAST(${pattern.zoned ? `CAST(${value} AS TIMESTAMP)` : value} AS DATE)`;
  });
  return firstOf(patterns.length > 0 ? named : [iso, ...named]);
}

/** A year, month and day, with or without a time behind them. */
const ISO = '\\s*\\d{4}[-/]\\d{1,2}[-/]\\d{1,2}([ T].*)?';
const ZONE = '\\d\\s*([Zz]|[+-]\\d{2}(:?\\d{2})?|[A-Za-z]{3,}[A-Za-z_/]*)\\s*$';

function toDatetime(raw: string, patterns: readonly string[], timeZone: string): string {
  const fitted = (pattern: DatePattern): string =>
    pattern.zoned ? inUtc(parsed(raw, pattern)) : zoneless(parsed(raw, pattern), timeZone);
  if (patterns.length > 0) return firstOf(patterns.map(parseDatePattern).map(fitted));
  const plain = zoneless(`TRY_CAST(${raw} AS TIMESTAMP)`, timeZone);
  const zoned = inUtc(`TRY_CAST(${raw} AS TIMESTAMPTZ)`);
  // With a Z the cast that drops the zone is right, and spares the dear one.
  const inZ = `${raw} LIKE '____-__-_____:__:__Z' OR ${raw} LIKE '____-__-_____:__:__.___Z'`;
  const other = firstOf([
    `CASE WHEN regexp_full_match(${raw}, ${text(ISO)}) THEN CASE WHEN regexp_matches(${raw}, ${text(ZONE)}) THEN ${zoned} ELSE ${plain} END END`,
    fitted(parseDatePattern('yyyyMMddHHmmss')),
    ...listedDatetimes(raw, timeZone),
  ]);
  return `CASE WHEN ${raw} LIKE '____-__-_____:__:__' THEN ${plain} WHEN ${inZ} THEN TRY_CAST(${raw} AS TIMESTAMP) ELSE ${other} END`;
}

/** Every listed date and time, many patterns to one call; what the text looks like keeps years of two and four digits apart. */
function listedDatetimes(raw: string, timeZone: string): string[] {
  const end = '([ T].*)?$';
  const spread = '^\\d{1,2}[/ -]?(\\d{1,2}|[A-Za-z]{3})[/ -]?';
  const yearFirst = '\\d{4}[/-]\\d{1,2}[/-]\\d{1,2}';
  const groups = [
    { shape: `^\\d{8}${end}`, compact: true, fourDigitYear: true },
    { shape: `(^${yearFirst}|${spread}\\d{4})${end}`, compact: false, fourDigitYear: true },
    { shape: `${spread}\\d{2}${end}`, compact: false, fourDigitYear: false },
  ];
  return groups.flatMap(({ shape, compact, fourDigitYear }) =>
    [false, true].map((zoned) => {
      const formats = datetimePatterns(fourDigitYear, zoned)
        .filter((pattern) => pattern.startsWith('yyyyMMdd') === compact)
        .map((pattern) => text(parseDatePattern(pattern).strptime));
      const value = `CASE WHEN regexp_matches(${raw}, ${text(shape)}) THEN try_strptime(${raw}, [${formats.join(', ')}]) END`;
      return zoned ? inUtc(value) : zoneless(value, timeZone);
    }),
  );
}

/** A text by one pattern; the shape is looked at where the length alone doesn't tell. */
function parsed(raw: string, { strptime, length, shape }: DatePattern): string {
  // The engine takes words such as infinity for dates: only a text that starts with a digit goes by its length alone.
  const byLength = length !== undefined && shape.startsWith('\\d');
  const fullWidth = byLength ? `(length(${raw}) = ${length} AND ${raw} BETWEEN '0' AND ':') OR ` : '';
  return `CASE WHEN ${fullWidth}regexp_full_match(${raw}, ${text(`\\s*${shape}\\s*`)}) THEN try_strptime(${raw}, ${text(strptime)}) END`;
}

const inUtc = (instant: string): string => `timezone('UTC', ${instant})`;
const zoneless = (local: string, timeZone: string): string =>
  timeZone === 'UTC' ? local : inUtc(`timezone(${text(timeZone)}, ${local})`);
const firstOf = (choices: string[]): string =>
  choices.length === 1 ? choices.join('') : `coalesce(${choices.join(', ')})`;
