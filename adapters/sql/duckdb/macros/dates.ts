import { WHITE_SPACE } from '../../../../core/sql/duckdb/white-space.ts';
import { SAID } from './failing.ts';

const DAY = '\\d{4}-\\d{1,2}-\\d{1,2}';
const CLOCK = ' (?:[01]?\\d|2[0-3]):\\d{1,2}(?::\\d{1,2}(?:\\.\\d{1,6})?)?';
const ZONE = '\\s*(?:Z|[+-]\\d{1,2}(?::?\\d{2})?|[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*)';

const fail = (message: string, type: string) => `CAST('${SAID}${message}' AS ${type})`;

/** A date or timestamp keeps its type through what DuckDB would widen. */
export const dateMacros: readonly string[] = [
  'trino_shift(x, i) AS cast_to_type(x + i, x)',
  `trino_shift_time(x, i) AS CASE WHEN typeof(x) = 'DATE' THEN cast_to_type('${SAID}a date has no hours', x)
     ELSE cast_to_type(x + i, x) END`,
  'trino_date_trunc(u, x) AS cast_to_type(date_trunc(u, x), x)',
  `trino_date_trunc_time(u, x) AS CASE WHEN typeof(x) = 'DATE' THEN cast_to_type('${SAID}a date has no hours', x)
     ELSE date_trunc(u, x) END`,
  'trino_date_diff(u, a, b) AS date_sub(u, CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP))',
  `trino_date_diff_time(u, a, b) AS CASE WHEN typeof(a) = 'DATE' AND typeof(b) = 'DATE'
     THEN ${fail('a date has no hours', 'BIGINT')} ELSE date_sub(u, CAST(a AS TIMESTAMP), CAST(b AS TIMESTAMP)) END`,
  'trino_last_day(x) AS last_day(x)',
  // date_format takes timestamp(3), so Trino rounds to the millisecond first
  `trino_format(x, pattern) AS strftime(date_trunc('millisecond', CAST(x AS TIMESTAMP) + INTERVAL '500 microseconds'), pattern)`,
  // text of other forms that Trino reads too fails, even inside try_cast; what neither reads is text that no cast takes
  `trino_date_read(t) AS CASE WHEN regexp_full_match(t, '${DAY}') THEN t
     WHEN regexp_full_match(t, '[+-]?\\d+-\\d{1,2}-\\d{1,2}')
     THEN CAST(CAST('${SAID}a date with a year of other than four digits runs in AWS only' AS INTEGER) AS VARCHAR)
     ELSE '${SAID}not a date: ' || t END`,
  `trino_date_text(x) AS CASE WHEN regexp_full_match(CAST(x AS VARCHAR), '${DAY}') THEN CAST(x AS VARCHAR)
     ELSE trino_date_read(trim(CAST(x AS VARCHAR), ${WHITE_SPACE})) END`,
  `trino_timestamp_read(t) AS CASE WHEN regexp_full_match(t, '${DAY}(?:${CLOCK})?') THEN t
     WHEN regexp_full_match(t, '[+-]?\\d+-\\d{1,2}-\\d{1,2}(?: \\d{1,2}:\\d{1,2}(?::\\d{1,2}(?:\\.\\d+)?)?)?(?:${ZONE})?')
       AND NOT regexp_full_match(t, '${DAY} (?:2[4-9]|[3-9]\\d):.*')
     THEN CAST(CAST('${SAID}a timestamp with a zone, a seventh digit or a long year runs in AWS only' AS INTEGER) AS VARCHAR)
     ELSE '${SAID}not a timestamp: ' || t END`,
  `trino_timestamp_text(x) AS CASE WHEN regexp_full_match(CAST(x AS VARCHAR), '${DAY}${CLOCK}') THEN CAST(x AS VARCHAR)
     ELSE trino_timestamp_read(trim(CAST(x AS VARCHAR), ${WHITE_SPACE})) END`,
  `trino_date(x) AS CASE WHEN typeof(x) = 'VARCHAR' THEN CAST(trino_date_text(x) AS DATE) ELSE CAST(x AS DATE) END`,
  `trino_date_parse(x, shape, pattern) AS CASE WHEN regexp_full_match(x, shape) THEN strptime(x, pattern)
     WHEN x IS NOT NULL THEN ${fail('text that date_parse does not read, or reads in AWS only', 'TIMESTAMP')} END`,
  'trino_from_unixtime(x) AS epoch_ms(CAST(floor(CAST(x AS DOUBLE) * 1000 + 0.5) AS BIGINT))',
  'trino_to_unixtime(x) AS epoch(CAST(x AS TIMESTAMP))',
  `trino_from_iso8601_timestamp(x) AS CASE
     WHEN regexp_full_match(x, '\\d{4}-\\d{2}-\\d{2}(T\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,3})?)?(Z|[+-]\\d{2}:\\d{2})?)?')
     THEN timezone('UTC', CAST(regexp_replace(regexp_replace(CASE WHEN length(x) = 10 THEN x || 'T00:00' ELSE x END,
       'T(\\d{2}:\\d{2})(Z|[+-]|$)', 'T\\1:00\\2'), '(T[0-9:.]*)$', '\\1Z') AS TIMESTAMPTZ))
     WHEN x IS NOT NULL THEN ${fail('text that from_iso8601_timestamp does not read, or reads in AWS only', 'TIMESTAMP')} END`,
  `trino_from_iso8601_date(x) AS CASE WHEN regexp_full_match(x, '\\d{4}-\\d{2}-\\d{2}') THEN CAST(x AS DATE)
     WHEN x IS NOT NULL THEN ${fail('text that from_iso8601_date does not read, or reads in AWS only', 'DATE')} END`,
];
