import { z } from 'zod';

/** As many names as are listed, letters of a value that are repeated. */
const LISTED = 15;
const REPEATED = 60;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

const FORMATS: Readonly<Record<string, string>> = {
  date: 'a day such as 2026-11-23',
  datetime: 'a moment such as 2026-11-23T10:30:00Z',
  url: 'an address such as https://partner.example',
};

// What a schema has no words of its own for is told in ours, wherever it is refused.
z.config({ customError: (issue) => wordsFor(issue) });

type Issue = Parameters<z.core.$ZodErrorMap>[0];

function wordsFor(issue: Issue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `${issue.input === undefined ? 'missing, ' : ''}expected ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `expected ${oneOf(issue.values)}`;
    case 'invalid_format':
      return `expected ${FORMATS[issue.format] ?? (issue.pattern ? `a text like ${issue.pattern}` : issue.format)}`;
    case 'too_small':
      return `expected ${issue.inclusive ? 'at least' : 'more than'} ${amount(issue.minimum, issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive ? 'at most' : 'less than'} ${amount(issue.maximum, issue.origin)}`;
    case 'unrecognized_keys':
      return `no such field as ${issue.keys.join(', ')}${expectedFields(issue.inst)}`;
    case 'invalid_union':
      return unionWords(issue);
    default:
      return undefined;
  }
}

const amount = (size: number | bigint, origin: string): string => {
  const of: Record<string, string> = { string: 'letter', array: 'entry', object: 'field', record: 'field' };
  const what = of[origin];
  if (what === undefined) return String(size);
  return `${size} ${Number(size) === 1 ? what : what.replace(/y$/, 'ie').concat('s')}`;
};

const oneOf = (values: readonly unknown[]): string =>
  `${values.length > 1 ? 'one of ' : ''}${values.slice(0, LISTED).map(String).join(', ')}${values.length > LISTED ? ' …' : ''}`;

function expectedFields(schema: unknown): string {
  const { shape } = (schema as { shape?: Record<string, unknown> } | undefined) ?? {};
  return shape === undefined ? '' : `, expected ${oneOf(Object.keys(shape))}`;
}

/** A union is refused as what it is told apart by, or as each of its forms. */
function unionWords(issue: Extract<Issue, { code: 'invalid_union' }>): string {
  const { options } = issue as { options?: readonly unknown[] };
  if (options) return `expected ${oneOf(options)}`;
  const forms = issue.errors.map(([first]) => first?.message.replace(/^(missing, )?expected /, '') ?? '');
  return `expected ${[...new Set(forms)].join(', or ')}`;
}

/** Why a schema refuses a value, as one line: each problem with its path, what was expected and what was seen. */
export const problems = (error: z.ZodError, value?: unknown): string =>
  error.issues
    .map((issue) => {
      const path = issue.path.map(String).join('.') || 'whole';
      return `${path}: ${issue.message}${seen(issue, at(value, issue.path))}`;
    })
    .join('; ');

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((found, name) => (found as Record<PropertyKey, unknown> | null | undefined)?.[name], value);

/** As `user:password@host`, and as `?key=…` of an address. */
const MAY_HOLD_SECRET = /:[^@\s]*@|[?&][^=\s]*=/;

/** What may be a secret is not repeated, by its name or by its looks. */
function seen({ code, path }: z.core.$ZodIssue, value: unknown): string {
  const isSecret = /^key$|secret|password|token/i.test(String(path.at(-1))) || MAY_HOLD_SECRET.test(String(value));
  if (value === undefined || isSecret) return '';
  if (typeof value === 'object' && value !== null) {
    return code === 'invalid_type' ? `, saw ${Array.isArray(value) ? 'a list' : 'an object'}` : '';
  }
  const shown = JSON.stringify(value) ?? String(value);
  return `, saw ${shown.length > REPEATED ? `${shown.slice(0, REPEATED)}…` : shown}`;
}
