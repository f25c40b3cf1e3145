/** The scale of a decimal, 0 of anything else; folds to a constant. */
const scale = (value: string) => `COALESCE(TRY_CAST(regexp_extract(typeof(${value}), ',(\\d+)\\)', 1) AS INTEGER), 0)`;

/** A decimal as the integer of its digits. */
const unscaled = (value: string) =>
  `CAST(${value} * CAST('1' || repeat('0', ${scale(value)}) AS DECIMAL(38,0)) AS HUGEINT)`;

/** One unit of the last digit of a decimal of that many digits, of the type of `like`. */
const lastDigit = (like: string) => `cast_to_type('1e-' || CAST(${scale(like)} AS VARCHAR), ${like})`;

const fail = (message: string, like: string) => `cast_to_type('${message}', ${like})`;

/**
 * The quotient of decimals at the larger of their scales, rounded half away from zero and exact: with HUGEINT digits.
 * `like` is a wide value of the result's type; zero divisors fail.
 */
const decimalQuotient = (a: string, b: string, like: string) => {
  const shift = `CAST('1' || repeat('0', ${scale(like)} + ${scale(b)} - ${scale(a)}) AS HUGEINT)`;
  const top = `(abs(${unscaled(a)}) * ${shift})`;
  const bottom = `abs(${unscaled(b)})`;
  const rounded = `((2 * ${top} + ${bottom}) // (2 * ${bottom}))`;
  const signed = `(CASE WHEN (${a} < 0) <> (${b} < 0) THEN - ${rounded} ELSE ${rounded} END)`;
  return `(CASE WHEN ${b} = 0 THEN ${fail('division by zero', like)} ELSE CAST(${signed} AS DECIMAL(38,0)) * ${lastDigit(like)} END)`;
};

const WIDE = 'CAST(0 AS DECIMAL(18,0))';

/**
 * Trino's arithmetic. Overloads take integers by their parameter type; without one stand doubles and decimals, told
 * apart by `typeof`, which DuckDB folds before it runs.
 */
export const numberMacros: readonly string[] = [
  `trino_minus(a, b) AS CASE WHEN typeof(a) IN ('DATE', 'TIMESTAMP')
     THEN ${fail('subtracting dates gives an interval, which runs in AWS only: use date_diff', 'a - b')} ELSE a - b END`,
  `trino_divide(a BIGINT, b BIGINT) AS CASE WHEN b = 0 THEN CAST('division by zero' AS BIGINT) ELSE a // b END,
     (a, b) AS CASE WHEN typeof(a + b) = 'DOUBLE' THEN cast_to_type(a / b, a + b + ${WIDE})
     ELSE cast_to_type(${decimalQuotient('a', 'b', `(a + b + ${WIDE})`)}, a + b + ${WIDE}) END`,
  `trino_modulo(a BIGINT, b BIGINT) AS CASE WHEN b = 0 THEN CAST('division by zero' AS BIGINT) ELSE a % b END,
     (a, b) AS CASE WHEN typeof(a + b) <> 'DOUBLE' AND b = 0 THEN ${fail('division by zero', 'a % b')} ELSE a % b END`,
  'trino_sum(s HUGEINT) AS CAST(s AS BIGINT), (s) AS s',
  `trino_mean(s HUGEINT, n) AS CASE WHEN n > 0 THEN CAST(s AS DOUBLE) / n END,
     (s, n) AS CASE WHEN typeof(s) = 'DOUBLE' THEN cast_to_type(s / n, s)
     WHEN n > 0 THEN cast_to_type(${decimalQuotient('s', 'n', 's')}, s) END`,
  'trino_rounded(x DOUBLE) AS round(x), (x) AS x',
  'trino_round(x BIGINT) AS x, (x) AS round(x)',
  `trino_round_to(x BIGINT, n) AS round(x, n), (x, n) AS cast_to_type(round(x, n), x + ${WIDE})`,
  'trino_floor(x BIGINT) AS x, (x) AS floor(x)',
  'trino_ceil(x BIGINT) AS x, (x) AS ceil(x)',
  'trino_truncate(x BIGINT) AS x, (x) AS trunc(x)',
  `trino_sign(x BIGINT) AS CAST(sign(x) AS BIGINT), (x) AS cast_to_type(sign(x), x + ${WIDE})`,
  'trino_power(a, b) AS pow(CAST(a AS DOUBLE), CAST(b AS DOUBLE))',
  "trino_sqrt(x) AS CASE WHEN x < 0 THEN CAST('NaN' AS DOUBLE) ELSE sqrt(CAST(x AS DOUBLE)) END",
  ...['ln', 'log10', 'log2'].map(
    (log) => `trino_${log}(x) AS CASE WHEN x < 0 THEN CAST('NaN' AS DOUBLE)
     WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ${log}(CAST(x AS DOUBLE)) END`,
  ),
];
