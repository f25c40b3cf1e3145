import { WHITE_SPACE } from '../../../../core/sql/duckdb/white-space.ts';
import { SAID } from './failing.ts';

/** What Java's trim takes off: every control character and the space. */
const CONTROLS = `'${String.fromCodePoint(...Array.from({ length: 32 }, (_, at) => at + 1))}'`;

/** What no cast takes: so a cast of it fails, and a try_cast of it is NULL. */
const unreadable = (what: string, value: string) => `'${SAID}not ${what}: ' || ${value}`;

/** Fails even inside try_cast: Trino may read the text in a way that is not proven here. */
const failure = (what: string) => `CAST(CAST('${SAID}${what}, which runs in AWS only' AS INTEGER) AS VARCHAR)`;

/** Java reads the digits of every script. */
const foreignDigits = (text: string) =>
  `(strlen(${text}) > length(${text}) AND regexp_matches(regexp_replace(${text}, '[0-9]', '', 'g'), '\\p{Nd}'))`;

const NUMBER = "'[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?'";

/** A double as Java writes it: 1.5E0, 1.0E20, NaN. */
const doubleMacros: readonly string[] = [
  `trino_digits(mantissa) AS ltrim(replace(mantissa, '.', ''), '0')`,
  `trino_exponent(mantissa, shift) AS strpos(mantissa || '.', '.') - 2
     - (length(replace(mantissa, '.', '')) - length(trino_digits(mantissa))) + shift`,
  `trino_scientific(digits, exponent) AS left(digits, 1) || '.' ||
     CASE WHEN rtrim(substr(digits, 2), '0') = '' THEN '0' ELSE rtrim(substr(digits, 2), '0') END || 'E' || exponent`,
  `trino_plain_double(t) AS trino_scientific(trino_digits(split_part(t, 'e', 1)),
     trino_exponent(split_part(t, 'e', 1), COALESCE(TRY_CAST(split_part(t, 'e', 2) AS INTEGER), 0)))`,
  `trino_scientific_text(x) AS CASE WHEN isnan(x) THEN 'NaN' WHEN isinf(x) AND x > 0 THEN 'Infinity'
     WHEN isinf(x) THEN '-Infinity' WHEN x = 0 THEN CASE WHEN CAST(x AS VARCHAR) LIKE '-%' THEN '-0E0' ELSE '0E0' END
     WHEN x < 0 THEN '-' || trino_plain_double(CAST(- x AS VARCHAR)) ELSE trino_plain_double(CAST(x AS VARCHAR)) END`,
];

/** Casts: each `_text` macro gives text that DuckDB's cast reads as Trino reads the value, or text that no cast takes. */
const castMacros: readonly string[] = [
  `trino_varchar(x) AS CASE typeof(x) WHEN 'DOUBLE'
     THEN list_transform([TRY_CAST(CAST(x AS VARCHAR) AS DOUBLE)], lambda "_x": trino_scientific_text("_x"))[1]
     WHEN 'TIMESTAMP' THEN ${failure('a timestamp as varchar')} ELSE CAST(x AS VARCHAR) END`,
  `trino_varchar_of(x, n) AS CASE WHEN typeof(x) <> 'VARCHAR' AND length(trino_varchar(x)) > n
     THEN CAST(CAST('${SAID}value too long for its varchar' AS INTEGER) AS VARCHAR) ELSE left(trino_varchar(x), n) END`,
  `trino_only_text(x) AS CASE WHEN typeof(x) IN ('VARCHAR', '"NULL"') THEN CAST(x AS VARCHAR)
     ELSE ${failure('joining anything but text')} END`,
  `trino_integer_text(x) AS CASE WHEN regexp_full_match(CAST(x AS VARCHAR), '[+-]?[0-9]+') THEN CAST(x AS VARCHAR)
     WHEN regexp_full_match(trim(CAST(x AS VARCHAR), ${CONTROLS}), '[+-]?\\d+')
     THEN trim(CAST(x AS VARCHAR), ${CONTROLS})
     WHEN ${foreignDigits('CAST(x AS VARCHAR)')}
     THEN ${failure('a number in other than ASCII digits')} ELSE ${unreadable('an integer', 'CAST(x AS VARCHAR)')} END`,
  `trino_boolean_text(x) AS CASE WHEN lower(CAST(x AS VARCHAR)) IN ('t', 'true', '1') THEN 'true'
     WHEN lower(CAST(x AS VARCHAR)) IN ('f', 'false', '0') THEN 'false'
     ELSE ${unreadable('a boolean', 'CAST(x AS VARCHAR)')} END`,
  `trino_double_read(t) AS CASE WHEN regexp_full_match(t, ${NUMBER}) OR t IN ('Infinity', '-Infinity') THEN t
     WHEN regexp_full_match(t, '[+-]?(?:0[xX].*|NaN|Infinity|[0-9.eE+-]+[dDfF])')
     THEN ${failure('NaN or a number in Java notation')} ELSE ${unreadable('a double', 't')} END`,
  `trino_double_text(x) AS CASE WHEN regexp_full_match(CAST(x AS VARCHAR), ${NUMBER}) THEN CAST(x AS VARCHAR)
     ELSE list_transform([trim(CAST(x AS VARCHAR), ${CONTROLS})], lambda "_t": trino_double_read("_t"))[1] END`,
  `trino_decimal_text(x) AS CASE WHEN typeof(x) = 'DOUBLE' OR regexp_full_match(CAST(x AS VARCHAR), ${NUMBER})
     THEN CAST(x AS VARCHAR) WHEN ${foreignDigits('CAST(x AS VARCHAR)')} THEN ${failure('a number in other than ASCII digits')}
     ELSE ${unreadable('a decimal', 'CAST(x AS VARCHAR)')} END`,
];

/** Most text has no space at its ends, which is cheap to see (`right` is not); the trim itself costs a microsecond. */
const LEFT_CLEAN = "x BETWEEN '!' AND '~'";
const RIGHT_CLEAN = "reverse(x) BETWEEN '!' AND '~'";

const textMacrosOnly: readonly string[] = [
  `trino_trim(x) AS CASE WHEN ${LEFT_CLEAN} AND ${RIGHT_CLEAN} THEN x ELSE trim(x, ${WHITE_SPACE}) END`,
  `trino_ltrim(x) AS CASE WHEN ${LEFT_CLEAN} THEN x ELSE ltrim(x, ${WHITE_SPACE}) END`,
  `trino_rtrim(x) AS CASE WHEN ${RIGHT_CLEAN} THEN x ELSE rtrim(x, ${WHITE_SPACE}) END`,
  `trino_upper(x) AS CASE WHEN contains(x, 'ß')
     THEN array_to_string(list_transform(string_split(x, 'ß'), lambda "_p": upper("_p")), 'ß') ELSE upper(x) END`,
  `trino_replace(x, a) AS replace(x, a, ''), (x, a, b) AS CASE WHEN a = '' THEN ${failure('replacing empty text')}
     ELSE replace(x, a, b) END`,
  `trino_substr(x, s) AS CASE WHEN x IS NULL THEN NULL WHEN s = 0 OR s < - length(x) THEN '' ELSE substr(x, s) END,
     (x, s, n) AS CASE WHEN x IS NULL OR n IS NULL THEN NULL WHEN s = 0 OR s < - length(x) OR n <= 0 THEN '' ELSE substr(x, s, n) END`,
  `trino_split_part(x, d, n) AS CASE WHEN n < 1 THEN CAST(CAST('${SAID}split_part counts from 1' AS INTEGER) AS VARCHAR)
     WHEN x = '' AND d = '' THEN NULL ELSE string_split(x, d)[n] END`,
  `trino_split(x, d) AS CASE WHEN d = '' THEN [CAST(CAST('${SAID}the delimiter may not be empty' AS INTEGER) AS VARCHAR)]
     ELSE string_split(x, d) END`,
  ...['lpad', 'rpad'].map(
    (pad) => `trino_${pad}(x, n, p) AS CASE WHEN p = '' OR n < 0
     THEN CAST(CAST('${SAID}${pad} needs characters and a length' AS INTEGER) AS VARCHAR) ELSE ${pad}(x, CAST(n AS INTEGER), p) END`,
  ),
  `trino_reverse(x) AS CASE WHEN x = '' THEN x ELSE array_to_string(list_reverse(string_split(x, '')), '') END`,
  `trino_letters(x, known) AS CASE WHEN x = '' THEN x ELSE array_to_string(list_transform(string_split(x, ''),
     lambda "_c": chr(CAST(list_position(known, "_c") AS INTEGER))), '') END`,
  `trino_levenshtein(a, b) AS CASE WHEN strlen(a) = length(a) AND strlen(b) = length(b) THEN levenshtein(a, b)
     WHEN len(list_distinct(string_split(a || b, ''))) > 127
     THEN CAST('${SAID}levenshtein_distance of texts of more than 127 characters' AS BIGINT)
     ELSE levenshtein(trino_letters(a, list_distinct(string_split(a || b, ''))),
       trino_letters(b, list_distinct(string_split(a || b, '')))) END`,
  'trino_regexp_extract(x, p, g) AS CASE WHEN regexp_matches(x, p) THEN regexp_extract(x, p, g) END',
  `trino_no_final_newline(x) AS CASE WHEN suffix(x, chr(10)) THEN ${failure('a pattern with $ on text that ends in a newline')}
     ELSE x END`,
  `trino_json_text(x) AS CASE WHEN json_valid(x) THEN x WHEN regexp_matches(x, '^\\s*[\\[{"]')
     THEN ${failure('reading broken JSON')} END`,
  `trino_json_number(t) AS CASE WHEN regexp_matches(t, '[0-9]\\.[0-9]*[1-9]0+\\s*([,}\\]]|$)|[0-9]\\.00+\\s*([,}\\]]|$)|[0-9][eE][+-]?[0-9]|-0\\s*([,}\\]]|$)')
       OR len(list_filter(regexp_extract_all(t, '\\d+\\.\\d+'), lambda "_n": length("_n") > 16)) > 0
     THEN ${failure('a JSON number with other digits than its shortest form')} ELSE t END`,
  `trino_json_scalar_of(x, p) AS CASE json_type(x, p) WHEN 'OBJECT' THEN NULL WHEN 'ARRAY' THEN NULL WHEN 'NULL' THEN NULL
     WHEN 'DOUBLE' THEN CASE WHEN trino_json_number(x) IS NOT NULL THEN json_extract_string(x, p) END
     ELSE json_extract_string(x, p) END`,
  'trino_json_scalar(x, p) AS trino_json_scalar_of(trino_json_text(x), p)',
  `trino_json_array_length(x) AS CASE WHEN json_type(trino_json_text(x)) = 'ARRAY'
     THEN CAST(json_array_length(trino_json_text(x)) AS BIGINT) END`,
];

/** Text, casts and JSON. */
export const textMacros: readonly string[] = [...doubleMacros, ...castMacros, ...textMacrosOnly];
