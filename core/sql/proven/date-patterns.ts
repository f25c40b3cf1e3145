import { unproven } from '../tree.ts';

/** MySQL's date specifiers, which Trino takes, as strftime's. */
const FORMAT: Record<string, string> = {
  Y: '%Y',
  y: '%y',
  m: '%m',
  c: '%-m',
  d: '%d',
  e: '%-d',
  H: '%H',
  k: '%-H',
  h: '%I',
  I: '%I',
  l: '%-I',
  i: '%M',
  s: '%S',
  S: '%S',
  f: '%f',
  p: '%p',
  T: '%H:%M:%S',
  r: '%I:%M:%S %p',
  M: '%B',
  b: '%b',
  W: '%A',
  a: '%a',
  j: '%j',
  v: '%V',
  x: '%G',
  '%': '%%',
};

/** What Trino reads for a specifier, as a regular expression; only forms that both engines read alike. */
const PARSE: Record<string, [shape: string, pattern: string]> = {
  Y: ['\\d{4}', '%Y'],
  m: ['\\d{1,2}', '%m'],
  c: ['\\d{1,2}', '%m'],
  d: ['\\d{1,2}', '%d'],
  e: ['\\d{1,2}', '%d'],
  H: ['\\d{1,2}', '%H'],
  k: ['\\d{1,2}', '%H'],
  h: ['\\d{1,2}', '%I'],
  I: ['\\d{1,2}', '%I'],
  l: ['\\d{1,2}', '%I'],
  i: ['\\d{1,2}', '%M'],
  s: ['\\d{1,2}', '%S'],
  S: ['\\d{1,2}', '%S'],
  p: ['(?i:AM|PM)', '%p'],
  T: ['\\d{1,2}:\\d{1,2}:\\d{1,2}', '%H:%M:%S'],
  b: ['(?i:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)', '%b'],
  M: ['(?i:January|February|March|April|May|June|July|August|September|October|November|December)', '%B'],
};

/** The format of `date_format` as strftime takes it. */
export function formatPattern(format: string): string {
  return format.replace(/%(.?)/gs, (found, letter: string) => {
    const name = FORMAT[letter];
    if (name === undefined) throw unproven(`date_format with ${found}`);
    return name;
  });
}

/** The format of `date_parse`: a regular expression for the text that is proven, and strptime's pattern. */
export function parsePattern(format: string): { shape: string; pattern: string } {
  if (!format.includes('%Y')) throw unproven(`date_parse with '${format}'`, 'it is proven for formats with a year, %Y');
  let shape = '';
  const pattern = format.replace(/%(.?)|[^%]+/gs, (found, letter?: string) => {
    if (letter === undefined) {
      shape += found.replace(/[^A-Za-z0-9]/g, (one) => `\\x{${(one.codePointAt(0) ?? 0).toString(16)}}`);
      return found;
    }
    const known = PARSE[letter];
    if (known === undefined) throw unproven(`date_parse with ${found}`);
    shape += known[0];
    return known[1];
  });
  return { shape, pattern };
}
