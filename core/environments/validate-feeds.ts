import type { Feed } from '../contracts/sources.ts';
import type { Problem } from '../contracts/validation.ts';
import { TributaryError } from '../errors.ts';
import { columnOf } from '../feeds/columns.ts';
import { parseDatePattern } from '../feeds/date-patterns.ts';
import type { Configuration } from './configuration.ts';
import { wrong } from './problem.ts';
import { zoneProblems } from './validate-references.ts';

/** What a feed says that can't be so, whatever its files hold. */
export function feedProblems(configuration: Configuration): Problem[] {
  return configuration
    .all('feed')
    .flatMap((feed) => [
      ...columnProblems(feed),
      ...keyProblems(feed),
      ...patternProblems(feed),
      ...zoneProblems(feed.id, feed.time_zone),
    ]);
}

function columnProblems(feed: Feed): Problem[] {
  const fields = feed.fields.map(({ field }) => field);
  const columns = feed.fields.map(columnOf);
  return [
    ...repeats(fields.map((field) => field.toLowerCase())).map((n) =>
      wrong(
        feed.id,
        `fields.${n}.field`,
        `the field ${JSON.stringify(fields[n])} is listed twice: expected it once, case aside`,
      ),
    ),
    ...repeats(columns)
      .filter((n) => fields.indexOf(fields[n] ?? '') === n)
      .map((n) =>
        wrong(
          feed.id,
          `fields.${n}.column`,
          `two fields become the column ${columns[n]}: give one of them another name`,
        ),
      ),
  ];
}

/** Places of the names that stand earlier in the list too. */
const repeats = (names: readonly string[]): number[] =>
  names.flatMap((name, n) => (names.indexOf(name) === n ? [] : [n]));

function keyProblems(feed: Feed): Problem[] {
  const columns = feed.fields.map(columnOf);
  const expected = `expected one of ${columns.join(', ')}`;
  const keys = [
    ...feed.primary_key.flatMap((name, n) =>
      columns.includes(name) ? [] : [wrong(feed.id, `primary_key.${n}`, `no column ${name}: ${expected}`)],
    ),
    ...repeats(feed.primary_key).map((n) =>
      wrong(feed.id, `primary_key.${n}`, `the key names ${feed.primary_key[n]} twice: expected it once`),
    ),
  ];
  if (feed.last_updated === undefined) return keys;
  const updated = feed.fields[columns.indexOf(feed.last_updated)];
  if (!updated) return [...keys, wrong(feed.id, 'last_updated', `no column ${feed.last_updated}: ${expected}`)];
  if (['Datetime', 'Integer'].includes(updated.type)) return keys;
  const message = `the column ${feed.last_updated} is ${updated.type}: expected a Datetime or an Integer`;
  return [...keys, wrong(feed.id, 'last_updated', message)];
}

function patternProblems(feed: Feed): Problem[] {
  return feed.fields.flatMap(({ field, type, patterns }, n) => {
    const path = `fields.${n}.patterns`;
    if (patterns.length > 0 && !['Date', 'Datetime'].includes(type)) {
      const message = `the field ${field} is ${type} and has date patterns: expected them on Date and Datetime only`;
      return [wrong(feed.id, path, message)];
    }
    return patterns.flatMap((pattern) => {
      try {
        parseDatePattern(pattern);
        return [];
      } catch (cause) {
        if (!(cause instanceof TributaryError)) throw cause;
        return [wrong(feed.id, path, cause.message)];
      }
    });
  });
}
