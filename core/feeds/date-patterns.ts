import { InvalidInput } from '../errors.ts';

/** A date pattern in Java letters, understood. */
export interface DatePattern {
  pattern: string;
  /** The same for DuckDB's `strptime`. */
  strptime: string;
  /** Length of a text that it fits with every part at its full width; undefined when a part has none. */
  length: number | undefined;
  /** What a text that it fits looks like; `strptime` alone takes `24` for a four-digit year. */
  shape: string;
  /** The text says its zone. */
  zoned: boolean;
}

interface Letter {
  run: RegExp;
  strptime: string;
  width?: number;
  shape: string;
}

const number = (run: RegExp, strptime: string, width: number | undefined, shape: string): Letter => ({
  run,
  strptime,
  shape,
  ...(width === undefined ? {} : { width }),
});

/** Java letters → strptime; a padded number may come unpadded (`1/5/2024`) where separators show its end. */
const LETTERS: Letter[] = [
  number(/^yyyy|^uuuu/, '%Y', 4, '\\d{4}'),
  number(/^yy(?!y)|^uu(?!u)/, '%y', 2, '\\d{2}'),
  { run: /^MMMM/, strptime: '%B', shape: '[A-Za-z]+' },
  { run: /^MMM/, strptime: '%b', width: 3, shape: '[A-Za-z]{3}' },
  number(/^MM/, '%m', 2, '\\d{1,2}'),
  number(/^M/, '%-m', undefined, '\\d{1,2}'),
  number(/^DDD/, '%j', 3, '\\d{3}'),
  number(/^dd/, '%d', 2, '\\d{1,2}'),
  number(/^d/, '%-d', undefined, '\\d{1,2}'),
  { run: /^EEEE/, strptime: '%A', shape: '[A-Za-z]+' },
  { run: /^E{1,3}/, strptime: '%a', width: 3, shape: '[A-Za-z]{3}' },
  number(/^HH/, '%H', 2, '\\d{1,2}'),
  number(/^H/, '%-H', undefined, '\\d{1,2}'),
  number(/^hh/, '%I', 2, '\\d{1,2}'),
  number(/^h/, '%-I', undefined, '\\d{1,2}'),
  number(/^mm/, '%M', 2, '\\d{1,2}'),
  number(/^ss/, '%S', 2, '\\d{1,2}'),
  number(/^S+/, '%f', undefined, '\\d{1,6}'),
  { run: /^a/, strptime: '%p', width: 2, shape: '[AaPp][Mm]' },
  { run: /^(Z+|X+|x+)/, strptime: '%z', shape: '([Zz]|[+-]\\d{2}(:?\\d{2})?)' },
  { run: /^z+|^VV/, strptime: '%Z', shape: '[A-Za-z][A-Za-z0-9_/+-]*' },
];

/** Reads a pattern such as `dd/MM/yyyy HH:mm`; text between single quotes stands for itself. */
export function parseDatePattern(pattern: string): DatePattern {
  const parts: { strptime: string; width?: number; shape: string; literal?: boolean }[] = [];
  for (let rest = pattern; rest !== ''; ) {
    const literal = /^'((?:[^']|'')*)'|^([^A-Za-z'])/.exec(rest);
    const letter = LETTERS.find(({ run }) => run.test(rest));
    const taken = literal?.[0] ?? letter?.run.exec(rest)?.[0];
    if (taken === undefined) throw unknownLetter(pattern, rest.charAt(0));
    const stands = taken === "''" ? "'" : (literal?.[1]?.replaceAll("''", "'") ?? taken);
    const shape = stands.replace(/[^\p{L}\p{N} ]/gu, '\\$&');
    parts.push(
      literal === null && letter !== undefined
        ? letter
        : { strptime: stands.replaceAll('%', '%%'), width: stands.length, shape, literal: true },
    );
    rest = rest.slice(taken.length);
  }
  const compact = !parts.some(({ literal }) => literal);
  const strptime = parts.map((part) => part.strptime).join('');
  return {
    pattern,
    strptime,
    length: parts.reduce<number | undefined>(
      (sum, { width }) => (sum === undefined || width === undefined ? undefined : sum + width),
      0,
    ),
    shape: parts.map(({ shape }) => (compact ? shape.replace('{1,2}', '{2}') : shape)).join(''),
    zoned: /%[zZ]/.test(strptime),
  };
}

function unknownLetter(pattern: string, letter: string): InvalidInput {
  return new InvalidInput(
    `date pattern ${JSON.stringify(pattern)} has ${JSON.stringify(letter)} where a pattern letter stands: expected letters as in yyyy-MM-dd HH:mm:ss.SSS Z, other text between single quotes`,
  );
}

/** Dates that are understood without a pattern, first match wins (reference §1.2). */
export const DATE_PATTERNS = [
  'yyyyMMdd',
  'yyyy-MM-dd',
  'yyyy/MM/dd',
  'MM/dd/yyyy',
  'MM/dd/yy',
  'dd-MMM-yyyy',
  'dd-MMM-yy',
  'dd MMM yyyy',
  'ddMMMyyyy',
] as const;

/** Times that are understood without a pattern, after a date and a space or a `T`. */
const TIMES = ['HHmmss', 'HHmmss.S', 'HH:mm:ss.S', 'HH:mm:ss', 'HH:mm', 'HH', 'hh:mm:ss a', 'hh:mm a'];
const ZONED_TIMES = [
  'HHmmssZ',
  'HHmmss.SZ',
  'HH:mm:ss.S z',
  'HH:mm:ss.SZ',
  'HH:mm:ssZ',
  'HH:mm:ss z',
  'HH:mm z',
  'hh:mma z',
];

/** Every date-and-time pattern that is understood without being named, with the year written in so many digits. */
export function datetimePatterns(fourDigitYear: boolean, zoned: boolean): string[] {
  const dates = DATE_PATTERNS.filter((date) => date.includes('yyyy') === fourDigitYear);
  const times = zoned ? ZONED_TIMES : TIMES;
  const separated = dates.flatMap((date) => times.flatMap((time) => [`${date} ${time}`, `${date}'T'${time}`]));
  return zoned ? separated : [...separated, ...dates];
}
