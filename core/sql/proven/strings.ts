import { trim } from '../duckdb/expressions.ts';
import { text } from '../quote.ts';
import { unproven } from '../tree.ts';
import { wordOf } from './call.ts';
import { applied, type Entry, type Group, literalArg, macro, printArgs, same } from './entry.ts';
import { asksForEnd, duckReplacement, groupCount, provenPattern } from './patterns.ts';

/** `concat` of texts or arrays: NULL when any part is. */
const concat: Entry = (call, printer) => {
  const args = printArgs(call, printer, 2, 200);
  return `(${args.join(' || ')})`;
};

const trimmed =
  (side: string): Entry =>
  (call, printer) => {
    const [value = ''] = printArgs(call, printer, 1, 2);
    return trim(side, value, printer, call.args.length === 2 ? text(literalArg(call, 1)) : undefined);
  };

const matching =
  (name: string): Entry =>
  (call, printer) => {
    const [value = ''] = printArgs(call, printer, 2);
    return `${name}(${value}, ${text(provenPattern(call.name, literalArg(call, 1)))})`;
  };

/** The text that a pattern is applied to: with `$`, text that ends in a newline fails. */
const subject = (value: string, pattern: string): string =>
  asksForEnd(pattern) ? `trino_no_final_newline(${value})` : value;

const extract: Entry = (call, printer) => {
  const [value = '', , group = '0'] = printArgs(call, printer, 2, 3);
  const pattern = provenPattern(call.name, literalArg(call, 1));
  if (!/^\d+$/.test(group) || Number(group) > groupCount(pattern)) throw unproven(`${call.name} of group ${group}`);
  if (group !== '0' && /\||\)[?*{]/.test(pattern)) {
    throw unproven(`${call.name} of a group that may be absent`, 'use a pattern whose groups always take part');
  }
  return applied('trino_regexp_extract', [subject(value, pattern), text(pattern), group], printer);
};

const replacePattern: Entry = (call, printer) => {
  const [value = ''] = printArgs(call, printer, 2, 3);
  const pattern = provenPattern(call.name, literalArg(call, 1));
  const replacement = call.args.length === 3 ? literalArg(call, 2) : '';
  return `regexp_replace(${subject(value, pattern)}, ${text(pattern)}, ${text(duckReplacement(replacement, groupCount(pattern)))}, 'g')`;
};

/** Text and binary. Binary exists between functions only, such as `to_hex(md5(to_utf8(x)))`. */
export const strings: Group = {
  lower: same('lower', 1),
  upper: macro('trino_upper', 1),
  length: same('length', 1),
  ltrim: trimmed('Leading'),
  rtrim: trimmed('Trailing'),
  replace: macro('trino_replace', 2, 3),
  substr: macro('trino_substr', 2, 3),
  substring: macro('trino_substr', 2, 3),
  strpos: same('strpos', 2),
  split_part: macro('trino_split_part', 3),
  split: macro('trino_split', 2),
  concat,
  concat_ws: (call, printer) => {
    const [separator = '', ...parts] = printArgs(call, printer, 2, 200);
    return `concat_ws(${separator}, ${parts.map((part) => `trino_only_text(${part})`).join(', ')})`;
  },
  lpad: macro('trino_lpad', 3),
  rpad: macro('trino_rpad', 3),
  starts_with: same('starts_with', 2),
  reverse: macro('trino_reverse', 1),
  translate: same('translate', 3),
  levenshtein_distance: macro('trino_levenshtein', 2),
  chr: (call, printer) => `chr(CAST(${printArgs(call, printer, 1)} AS INTEGER))`,
  codepoint: same('unicode', 1),
  normalize: (call, printer) => {
    const form = wordOf(call.args[1]) ?? 'NFC';
    if (form !== 'NFC') throw unproven(`normalize to ${form}`);
    return `nfc_normalize(${printer.expression(call.args[0] ?? {})})`;
  },
  regexp_like: matching('regexp_matches'),
  regexp_extract: extract,
  regexp_extract_all: (call, printer) => {
    const [value = ''] = printArgs(call, printer, 2);
    const pattern = provenPattern(call.name, literalArg(call, 1));
    return `regexp_extract_all(${subject(value, pattern)}, ${text(pattern)})`;
  },
  regexp_replace: replacePattern,
  to_utf8: same('encode', 1),
  from_utf8: same('decode', 1),
  to_hex: same('hex', 1),
  from_hex: same('unhex', 1),
  to_base64: same('to_base64', 1),
  md5: (call, printer) => `unhex(md5(${printArgs(call, printer, 1)}))`,
  sha1: (call, printer) => `unhex(sha1(${printArgs(call, printer, 1)}))`,
  sha256: (call, printer) => `unhex(sha256(${printArgs(call, printer, 1)}))`,
};
