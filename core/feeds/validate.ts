import type { Feed } from '../contracts/sources.ts';
import { InvalidInput } from '../errors.ts';
import { validateTags } from '../semantics/validate.ts';
import { columnOf } from './columns.ts';
import { parseDatePattern } from './date-patterns.ts';

/** What is wrong with a feed that its schema can't tell, as sentences without an end; empty when nothing is. */
export function validateFeed(feed: Feed): string[] {
  const columns = feed.fields.map((field) => ({ name: columnOf(field), type: field.type, semantics: field.semantics }));
  const names = columns.map(({ name }) => name);
  return [
    ...repeated(names).map(
      (name) => `two fields become column ${name}: expected each column once; rename one with "column"`,
    ),
    ...repeated(feed.fields.map(({ field }) => field)).map(
      (field) => `field ${JSON.stringify(field)} is listed twice: expected it once`,
    ),
    ...feed.primary_key
      .filter((name) => !names.includes(name))
      .map((name) => `primary key column ${name} is none of the feed's: expected some of ${names.join(', ')}`),
    ...repeated(feed.primary_key).map((name) => `primary key names ${name} twice: expected it once`),
    ...lastUpdatedProblems(feed, columns),
    ...patternProblems(feed),
    ...zoneProblems(feed.time_zone),
    ...validateTags(columns),
  ];
}

function lastUpdatedProblems(feed: Feed, columns: readonly { name: string; type: string }[]): string[] {
  if (feed.last_updated === undefined) return [];
  const column = columns.find(({ name }) => name === feed.last_updated);
  if (column === undefined) return [`last_updated names column ${feed.last_updated}, which the feed doesn't have`];
  if (/^(Datetime|Integer)$/.test(column.type)) return [];
  return [
    `last_updated column ${column.name} is a ${column.type}: expected a Datetime or an Integer, or none so that it is generated`,
  ];
}

function patternProblems(feed: Feed): string[] {
  return feed.fields.flatMap(({ field, type, patterns }) => {
    if (patterns.length > 0 && !/^Date/.test(type))
      return [`field ${field} is a ${type} and has date patterns: expected them on Date and Datetime only`];
    return patterns.flatMap((pattern) =>
      problemOf(() => parseDatePattern(pattern)).map((problem) => `field ${field}: ${problem}`),
    );
  });
}

function zoneProblems(zone: string | undefined): string[] {
  if (zone === undefined) return [];
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return [];
  } catch {
    return [`time zone ${JSON.stringify(zone)} is not known: expected a name such as Europe/Paris or UTC`];
  }
}

function problemOf(work: () => unknown): string[] {
  try {
    work();
    return [];
  } catch (cause) {
    if (cause instanceof InvalidInput) return [cause.message];
    throw cause;
  }
}

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, index) => names.indexOf(name) !== index)),
];
