import { InvalidInput } from '../errors.ts';

/** A date pattern in Java letters, understood. */
export interface DatePattern {
  pattern: string;
  /** The same for DuckDB's `strptime`. */
  strptime: string;
  /** Length of every text that it fits, when its parts have fixed widths. */
  length: number | undefined;
  /** Parts run together (`yyyyMMdd`), so that only the length tells them apart. */
  compact: boolean;
  /** The text says its zone. */
  zoned: boolean;
  fourDigitYear: boolean;
}

/** Java letters → strptime, and their width in the text when it is fixed. Longest runs first. */
const LETTERS: [run: RegExp, strptime: string, width: number | undefined][] = [
  [/^yyyy|^uuuu/, '%Y', 4],
  [/^yy(?!y)|^uu(?!u)/, '%y', 2],
  [/^MMMM/, '%B', undefined],
  [/^MMM/, '%b', 3],
  [/^MM/, '%m', 2],
  [/^M/, '%-m', undefined],
  [/^DDD/, '%j', 3],
  [/^dd/, '%d', 2],
  [/^d/, '%-d', undefined],
  [/^EEEE/, '%A', undefined],
  [/^E{1,3}/, '%a', 3],
  [/^HH/, '%H', 2],
  [/^H/, '%-H', undefined],
  [/^hh/, '%I', 2],
  [/^h/, '%-I', undefined],
  [/^mm/, '%M', 2],
  [/^ss/, '%S', 2],
  [/^S+/, '%f', undefined],
  [/^a/, '%p', 2],
  [/^(Z+|X+|x+)/, '%z', undefined],
  [/^z+|^VV/, '%Z', undefined],
];

/** Reads a pattern such as `dd/MM/yyyy HH:mm`; text between single quotes stands for itself. */
export function parseDatePattern(pattern: string): DatePattern {
  let rest = pattern;
  let strptime = '';
  let length: number | undefined = 0;
  let separators = 0;
  while (rest !== '') {
    const literal = /^'((?:[^']|'')*)'|^([^A-Za-z'])/.exec(rest);
    const letter = literal === null ? LETTERS.find(([run]) => run.test(rest)) : undefined;
    const taken = literal?.[0] ?? letter?.[0].exec(rest)?.[0];
    if (taken === undefined) throw unknownLetter(pattern, rest.charAt(0));
    if (letter === undefined) {
      const stands = taken === "''" ? "'" : (literal?.[1]?.replaceAll("''", "'") ?? taken);
      strptime += stands.replaceAll('%', '%%');
      length = length === undefined ? undefined : length + stands.length;
      separators += 1;
    } else {
      strptime += letter[1];
      length = length === undefined || letter[2] === undefined ? undefined : length + letter[2];
    }
    rest = rest.slice(taken.length);
  }
  return {
    pattern,
    strptime,
    length,
    compact: separators === 0,
    zoned: /%[zZ]/.test(strptime),
    fourDigitYear: strptime.includes('%Y'),
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
const ZONED_TIMES = ['HHmmssZ', 'HHmmss.SZ', 'HH:mm:ss.S z', 'HH:mm:ss.SZ', 'HH:mm:ssZ', 'hh:mma z'];

/** Every date-and-time pattern that is understood without being named, with the year written in so many digits. */
export function datetimePatterns(fourDigitYear: boolean, zoned: boolean): string[] {
  const dates = DATE_PATTERNS.filter((date) => date.includes('yyyy') === fourDigitYear);
  const times = zoned ? ZONED_TIMES : TIMES;
  const separated = dates.flatMap((date) => times.flatMap((time) => [`${date} ${time}`, `${date}'T'${time}`]));
  return zoned ? separated : [...separated, ...dates];
}
