import { SAID } from './failing.ts';

/** The scale of a decimal, 0 of anything else; folds to a constant. */
const scale = (value: string) => `COALESCE(TRY_CAST(regexp_extract(typeof(${value}), ',(\\d+)\\)', 1) AS INTEGER), 0)`;

/** A decimal as the integer of its digits. */
const unscaled = (value: string) =>
  `CAST(${value} * CAST('1' || repeat('0', ${scale(value)}) AS DECIMAL(38,0)) AS HUGEINT)`;

/** One unit of the last digit of a decimal of that many digits, of the type of `like`. */
const lastDigit = (like: string) => `cast_to_type('1e-' || CAST(${scale(like)} AS VARCHAR), ${like})`;

const fail = (message: string, like: string) => `cast_to_type('${SAID}${message}', ${like})`;

/** The quotient of decimals at the larger of their scales, rounded half away from zero: exact, with HUGEINT digits. */
const exactQuotient = (a: string, b: string, like: string) => {
  const shift = `CAST('1' || repeat('0', ${scale(like)} + ${scale(b)} - ${scale(a)}) AS HUGEINT)`;
  const top = `(abs(${unscaled(a)}) * ${shift})`;
  const bottom = `abs(${unscaled(b)})`;
  const rounded = `((2 * ${top} + ${bottom}) // (2 * ${bottom}))`;
  const signed = `(CASE WHEN (${a} < 0) <> (${b} < 0) THEN - ${rounded} ELSE ${rounded} END)`;
  return `CAST(${signed} AS DECIMAL(38,0)) * ${lastDigit(like)}`;
};

// not "_v"."a", which HAVING takes for a column
const held = (field: string) => `struct_extract("_v", '${field}')`;

/**
 * The same, with doubles while both digits are below 10^15: then their quotient is further from a half than a double's
 * error, so that it rounds as the exact one. HUGEINT division costs a microsecond a row.
 */
const decimalQuotient = (a: string, b: string, like: string) => {
  const top = `round(CAST(${a} AS DOUBLE) * pow(10, ${scale(like)} + ${scale(b)}))`;
  const bottom = `round(CAST(${b} AS DOUBLE) * pow(10, ${scale(b)}))`;
  const exact = `list_transform([{'a': ${a}, 'b': ${b}, 'like': ${like}}],
     lambda "_v": ${exactQuotient(held('a'), held('b'), held('like'))})[1]`;
  return `(CASE WHEN ${b} = 0 AND ${a} IS NOT NULL THEN ${fail('division by zero', like)}
     WHEN abs(${top}) >= 1e15 OR abs(${bottom}) >= 1e15 THEN ${exact}
     ELSE cast_to_type(round(${top} / ${bottom}) / pow(10, ${scale(like)}), ${like}) END)`;
};

/**
 * A macro of one meaning for each kind of number. Its last parameter is `trino_kind(…)` of the value that decides: the
 * field that it names is the result, the others fold to NULL. (Overloads can't do this: DuckDB casts the argument to the
 * overload's type, and knows no types inside aggregates.)
 */
function byKind(name: string, args: string, kinds: Record<string, string>): string {
  const fields = Object.entries(kinds).map(([kind, value]) => `'${kind}': CASE WHEN k = '${kind}' THEN ${value} END`);
  return `${name}(${args}, k := '${Object.keys(kinds)[0]}') AS struct_extract({${fields.join(', ')}}, k)`;
}

/** NaN is neither equal to, less nor more than anything in Trino; DuckDB sorts it last, so it must not come to be. */
const NAN = `CAST('${SAID}a result that is NaN compares otherwise here: guard it, as with nullif(divisor, 0)' AS DOUBLE)`;
const notNan = (value: string) => `CASE WHEN isnan(${value}) THEN ${NAN} ELSE ${value} END`;
const divisor = (quotient: string) =>
  `CASE WHEN b = 0 AND a IS NOT NULL THEN ${fail('division by zero', 'a + b')} ELSE ${quotient} END`;

/**
 * Trino's arithmetic.
 */
export const numberMacros: readonly string[] = [
  `trino_kind(x) AS CASE WHEN typeof(x) LIKE 'DECIMAL%' THEN 'decimal' WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN 'double'
     WHEN typeof(x) IN ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT', '"NULL"', 'INTEGER_LITERAL') THEN 'integer'
     ELSE 'other' END`,
  `trino_minus(a, b) AS CASE WHEN typeof(a) IN ('DATE', 'TIMESTAMP')
     THEN ${fail('subtracting dates gives an interval, which runs in AWS only: use date_diff', 'a - b')} ELSE a - b END`,
  byKind('trino_divide', 'a, b', {
    integer: divisor('a // b'),
    double: notNan('(CAST(a AS DOUBLE) / CAST(b AS DOUBLE))'),
    decimal: decimalQuotient('a', 'b', '((a + b) * CAST(1 AS DECIMAL(18,0)))'),
  }),
  byKind('trino_modulo', 'a, b', {
    integer: divisor('a % b'),
    double: notNan('(CAST(a AS DOUBLE) % CAST(b AS DOUBLE))'),
    decimal: divisor('a % b'),
  }),
  byKind('trino_sum', 's', { integer: 'CAST(s AS BIGINT)', double: 's', decimal: 's' }),
  byKind('trino_mean', 's, n', {
    integer: 'CASE WHEN n > 0 THEN CAST(s AS DOUBLE) / n END',
    double: 'CASE WHEN n > 0 THEN s / n END',
    decimal: `CASE WHEN n > 0 THEN ${decimalQuotient('s', 'n', 's')} END`,
  }),
  byKind('trino_rounded', 'x', {
    integer: 'x',
    double: 'round(TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE))',
    decimal: 'x',
    other: 'x',
  }),
  byKind('trino_round', 'x', { integer: 'x', double: 'round(x)', decimal: 'round(x)' }),
  byKind('trino_round_to', 'x, n', {
    integer: 'round(x, n)',
    double: 'round(x, n)',
    decimal: 'cast_to_type(round(x, n), x + CAST(0 AS DECIMAL(18,0)))',
  }),
  ...['floor', 'ceil'].map((name) =>
    byKind(`trino_${name}`, 'x', { integer: 'x', double: `${name}(x)`, decimal: `${name}(x)` }),
  ),
  byKind('trino_truncate', 'x', { integer: 'x', double: 'trunc(x)', decimal: 'trunc(x)' }),
  byKind('trino_sign', 'x', {
    integer: 'CAST(sign(x) AS BIGINT)',
    double: 'CAST(sign(x) AS DOUBLE)',
    decimal: 'CAST(sign(x) AS DECIMAL(1,0))',
  }),
  `trino_power(a, b) AS ${notNan('pow(CAST(a AS DOUBLE), CAST(b AS DOUBLE))')}`,
  `trino_sqrt(x) AS CASE WHEN x < 0 THEN ${NAN} ELSE sqrt(CAST(x AS DOUBLE)) END`,
  ...['ln', 'log10', 'log2'].map(
    (log) => `trino_${log}(x) AS CASE WHEN x < 0 THEN ${NAN}
     WHEN x = 0 THEN CAST('-Infinity' AS DOUBLE) ELSE ${log}(CAST(x AS DOUBLE)) END`,
  ),
];
