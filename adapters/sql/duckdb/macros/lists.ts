const hasNull = (list: string) => `len(list_filter(${list}, lambda "_e": "_e" IS NULL)) > 0`;

/** Arrays: NULL elements count, and positions outside are NULL or a failure as in Trino. */
export const listMacros: readonly string[] = [
  `trino_contains(xs, x) AS CASE WHEN xs IS NULL OR x IS NULL THEN NULL WHEN list_contains(xs, x) THEN TRUE
     WHEN ${hasNull('xs')} THEN NULL ELSE FALSE END`,
  `trino_element_at(xs, n) AS CASE WHEN n = 0 THEN xs[CAST('arrays count from 1' AS BIGINT)] ELSE xs[n] END`,
  `trino_subscript(xs, n) AS CASE WHEN n < 1 OR n > len(xs) THEN xs[CAST('no such array element' AS BIGINT)] ELSE xs[n] END`,
  `trino_join(xs, d) AS array_to_string(list_transform(list_filter(xs, lambda "_e": "_e" IS NOT NULL),
     lambda "_e": trino_varchar("_e")), d)`,
  'trino_join_nulls(xs, d, n) AS array_to_string(list_transform(xs, lambda "_e": COALESCE(trino_varchar("_e"), n)), d)',
  `trino_array_distinct(xs) AS list_filter(xs, lambda "_e", "_i":
     len(list_filter(xs[:"_i" - 1], lambda "_f": "_f" IS NOT DISTINCT FROM "_e")) = 0)`,
  ...['max', 'min'].map(
    (end) => `trino_array_${end}(xs) AS CASE WHEN ${hasNull('xs')} THEN NULL ELSE list_${end}(xs) END`,
  ),
  'trino_array_position(xs, x) AS CASE WHEN xs IS NULL OR x IS NULL THEN NULL ELSE COALESCE(CAST(list_position(xs, x) AS BIGINT), 0) END',
  `trino_slice(xs, s, n) AS CASE WHEN s < 1 OR n < 0 THEN xs[CAST('slice from the end runs in AWS only' AS BIGINT):]
     ELSE xs[s:s + n - 1] END`,
  'trino_any(xs) AS CASE WHEN xs IS NULL THEN NULL WHEN len(xs) = 0 THEN FALSE WHEN list_contains(xs, TRUE) THEN TRUE WHEN ' +
    `${hasNull('xs')} THEN NULL ELSE FALSE END`,
  'trino_every(xs) AS CASE WHEN xs IS NULL THEN NULL WHEN list_contains(xs, FALSE) THEN FALSE WHEN ' +
    `${hasNull('xs')} THEN NULL ELSE TRUE END`,
  'trino_none(xs) AS NOT trino_any(xs)',
  `trino_sequence(a, b, k := 'integer') AS struct_extract({
     'integer': CASE WHEN k = 'integer' THEN generate_series(TRY_CAST(CAST(a AS VARCHAR) AS BIGINT), TRY_CAST(CAST(b AS VARCHAR) AS BIGINT),
       CASE WHEN a <= b THEN 1 ELSE -1 END) END,
     'other': CASE WHEN k = 'other' THEN list_transform(generate_series(TRY_CAST(CAST(a AS VARCHAR) AS TIMESTAMP),
       TRY_CAST(CAST(b AS VARCHAR) AS TIMESTAMP), CASE WHEN a <= b THEN INTERVAL '1 day' ELSE INTERVAL '-1 day' END),
       lambda "_d": cast_to_type(CAST("_d" AS VARCHAR), a)) END}, k)`,
  'trino_sequence_by(a, b, s) AS generate_series(CAST(a AS BIGINT), CAST(b AS BIGINT), CAST(s AS BIGINT))',
];
