import { SAID } from './failing.ts';

const hasNull = (list: string) => `len(list_filter(${list}, lambda "_e": "_e" IS NULL)) > 0`;

/** Trino makes no longer ones, and none that never come to their end; what is too long is refused before it is made. */
const LONGEST = 10_000;
const TOO_LONG = `a sequence of more than ${LONGEST} entries`;
const ENDLESS = 'a sequence whose step leads away from its end';
const leadsAway = (step: string, none: string) =>
  `${step} = ${none} OR (${step} > ${none} AND a > b) OR (${step} < ${none} AND a < b)`;
/** The end, unless so many steps don't reach it. */
const endWithin = (steps: number) =>
  `CASE WHEN a <= b THEN LEAST(CAST(b AS TIMESTAMP), CAST(a AS TIMESTAMP) + step * ${steps})
     ELSE GREATEST(CAST(b AS TIMESTAMP), CAST(a AS TIMESTAMP) + step * ${steps}) END`;

const sequences: readonly string[] = [
  `trino_sequence_by(a, b, s) AS generate_series(CAST(a AS BIGINT), CASE WHEN ${leadsAway('s', '0')} THEN CAST('${SAID}${ENDLESS}' AS BIGINT)
     WHEN (CAST(b AS HUGEINT) - a) // s >= ${LONGEST} THEN CAST('${SAID}${TOO_LONG}' AS BIGINT) ELSE CAST(b AS BIGINT) END, CAST(s AS BIGINT))`,
  `trino_up_to_longest(xs) AS CASE WHEN len(xs) > ${LONGEST} THEN xs[CAST('${SAID}${TOO_LONG}' AS BIGINT):] ELSE xs END`,
  `trino_dates(a, b, step) AS CASE WHEN ${leadsAway('step', "INTERVAL '0 days'")} THEN [cast_to_type('${SAID}${ENDLESS}', a)]
     WHEN a IS NOT NULL AND b IS NOT NULL THEN trino_up_to_longest(list_filter(list_transform(
     range(len(generate_series(CAST(a AS TIMESTAMP), ${endWithin(LONGEST)}, step)) + 1),
     lambda "_n": cast_to_type(a + step * "_n", a)),
     lambda "_d": CASE WHEN a <= b THEN "_d" <= b AND "_d" >= a ELSE "_d" >= b AND "_d" <= a END)) END`,
  `trino_sequence(a, b, k := 'integer') AS struct_extract({
     'integer': CASE WHEN k = 'integer' THEN trino_sequence_by(TRY_CAST(CAST(a AS VARCHAR) AS BIGINT),
       TRY_CAST(CAST(b AS VARCHAR) AS BIGINT), CASE WHEN a <= b THEN 1 ELSE -1 END) END,
     'other': CASE WHEN k = 'other' THEN list_transform(trino_dates(TRY_CAST(CAST(a AS VARCHAR) AS TIMESTAMP),
       TRY_CAST(CAST(b AS VARCHAR) AS TIMESTAMP), CASE WHEN a <= b THEN INTERVAL '1 day' ELSE INTERVAL '-1 day' END),
       lambda "_d": cast_to_type(CAST("_d" AS VARCHAR), a)) END}, k)`,
];

/** Arrays: NULL elements count, and positions outside are NULL or a failure as in Trino. */
export const listMacros: readonly string[] = [
  `trino_contains(xs, x) AS CASE WHEN xs IS NULL OR x IS NULL THEN NULL WHEN list_contains(xs, x) THEN TRUE
     WHEN ${hasNull('xs')} THEN NULL ELSE FALSE END`,
  `trino_element_at(xs, n) AS CASE WHEN n = 0 THEN xs[CAST('${SAID}arrays count from 1' AS BIGINT)] ELSE xs[n] END`,
  `trino_subscript(xs, n) AS CASE WHEN n < 1 OR n > len(xs) THEN xs[CAST('${SAID}no such array element' AS BIGINT)] ELSE xs[n] END`,
  `trino_join(xs, d) AS array_to_string(list_transform(list_filter(xs, lambda "_e": "_e" IS NOT NULL),
     lambda "_e": trino_varchar("_e")), d)`,
  'trino_join_nulls(xs, d, n) AS array_to_string(list_transform(xs, lambda "_e": COALESCE(trino_varchar("_e"), n)), d)',
  `trino_array_distinct(xs) AS list_filter(xs, lambda "_e", "_i":
     len(list_filter(xs[:"_i" - 1], lambda "_f": "_f" IS NOT DISTINCT FROM "_e")) = 0)`,
  ...['max', 'min'].map(
    (end) => `trino_array_${end}(xs) AS CASE WHEN ${hasNull('xs')} THEN NULL ELSE list_${end}(xs) END`,
  ),
  'trino_array_position(xs, x) AS CASE WHEN xs IS NULL OR x IS NULL THEN NULL ELSE COALESCE(CAST(list_position(xs, x) AS BIGINT), 0) END',
  `trino_slice(xs, s, n) AS CASE WHEN s < 1 OR n < 0 THEN xs[CAST('${SAID}slice from the end runs in AWS only' AS BIGINT):]
     ELSE xs[s:s + n - 1] END`,
  'trino_any(xs) AS CASE WHEN xs IS NULL THEN NULL WHEN len(xs) = 0 THEN FALSE WHEN list_contains(xs, TRUE) THEN TRUE WHEN ' +
    `${hasNull('xs')} THEN NULL ELSE FALSE END`,
  'trino_every(xs) AS CASE WHEN xs IS NULL THEN NULL WHEN list_contains(xs, FALSE) THEN FALSE WHEN ' +
    `${hasNull('xs')} THEN NULL ELSE TRUE END`,
  'trino_none(xs) AS NOT trino_any(xs)',
  ...sequences,
];
