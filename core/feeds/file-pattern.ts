import { InvalidInput } from '../errors.ts';

const tokens: Record<string, string> = {
  '{yyyy}': '(?<yyyy>\\d{4})',
  '{MM}': '(?<MM>\\d{2})',
  '{dd}': '(?<dd>\\d{2})',
  '*': '[^/]*',
};

/** A file pattern of a courier, ready to match names (reference §1.3). */
export interface FilePattern {
  /** The pattern has a year, a month and a day, so that its files are of a date. */
  dated: boolean;
  /** The file's date, null for an undated pattern, undefined when the name doesn't match. */
  match(name: string): string | null | undefined;
  /** Whether a name has numbers where the pattern has its date that are no day, as `2026-02-30`. */
  isOfNoDay(name: string): boolean;
  /** The name that a date's file would have, for telling what is missing; `*` stays. */
  nameOn(date: string): string;
  /** What every name begins with that matches. */
  start: string;
  /** Whether a folder, such as `web/2026-11-23`, may have a file below it that matches. */
  mayBeBelow(folder: string): boolean;
}

/** Reads a pattern: literals, `*` up to the next `/`, and the date tokens {yyyy} {MM} {dd}, all three or none. */
export function filePattern(pattern: string): FilePattern {
  const unknown = /\{[^}]*\}/g;
  for (const [token] of pattern.matchAll(unknown)) {
    if (!(token in tokens)) {
      throw new InvalidInput(
        `file pattern ${JSON.stringify(pattern)}: unknown token ${token}, expected {yyyy}, {MM} or {dd}`,
      );
    }
  }
  const found = ['{yyyy}', '{MM}', '{dd}'].filter((token) => pattern.includes(token));
  if (found.length !== 0 && found.length !== 3) {
    throw new InvalidInput(
      `file pattern ${JSON.stringify(pattern)}: ${found.join(' and ')} alone make no date, expected {yyyy}, {MM} and {dd} or none of them`,
    );
  }
  const expression = new RegExp(`^${source(pattern)}$`, 'u');
  const dateIn = (name: string) => {
    const matched = expression.exec(name);
    if (!matched) return undefined;
    const { yyyy, MM, dd } = matched.groups ?? {};
    return found.length === 0 ? null : `${yyyy}-${MM}-${dd}`;
  };
  const isOfNoDay = (date: string | null | undefined) => typeof date === 'string' && !isDate(date);
  return {
    dated: found.length === 3,
    match(name) {
      const date = dateIn(name);
      return isOfNoDay(date) ? undefined : date;
    },
    isOfNoDay: (name) => isOfNoDay(dateIn(name)),
    start: pattern.split(/[{*]/, 1)[0] ?? '',
    mayBeBelow(folder) {
      const folders = pattern.split('/').slice(0, -1);
      return folder.split('/').every((name, n) => new RegExp(`^${source(folders[n] ?? '')}$`, 'u').test(name));
    },
    nameOn(date) {
      const [yyyy = '', MM = '', dd = ''] = date.split('-');
      return pattern.replaceAll('{yyyy}', yyyy).replaceAll('{MM}', MM).replaceAll('{dd}', dd);
    },
  };
}

/** Whether a pattern means a file, for who validates: one that is refused may, since that is told of where it stands. */
export function mayMean(pattern: string, name: string): boolean {
  try {
    return filePattern(pattern).match(name) !== undefined;
  } catch (cause) {
    if (cause instanceof InvalidInput) return true;
    throw cause;
  }
}

/** A token that comes again must match what it matched before. */
function source(pattern: string): string {
  const seen = new Set<string>();
  return pattern
    .split(/(\{yyyy\}|\{MM\}|\{dd\}|\*)/)
    .map((part) => {
      if (seen.has(part)) return `\\k<${part.slice(1, -1)}>`;
      if (part.startsWith('{')) seen.add(part);
      return tokens[part] ?? part.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&').replaceAll('\\-', '-');
    })
    .join('');
}

const isDate = (text: string) => {
  const parsed = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text);
};
