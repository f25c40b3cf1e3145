import type { CourierFile } from '../contracts/sources.ts';
import { addDays } from './calendar.ts';
import { filePattern } from './file-pattern.ts';
import type { SourceFile } from './port.ts';

/** Dates of the files that are wanted: `from` inclusive, `to` exclusive; null: any. */
export interface DateRange {
  from: string | null;
  to: string | null;
}

/** A file at the source that is one of a courier's set. */
export interface FilesetMatch {
  /** Name of the file in the set. */
  file: string;
  date: string | null;
  source: SourceFile;
}

const within = (date: string | null, { from, to }: DateRange) =>
  date === null || ((from === null || date >= from) && (to === null || date < to));

/** The files of a set that are at the source and in the range, by date, then name. */
export function matchFileset(
  files: readonly CourierFile[],
  sources: readonly SourceFile[],
  range: DateRange,
): FilesetMatch[] {
  const order = (match: FilesetMatch) => `${match.date ?? ''}\0${match.source.name}\0${match.file}`;
  return files
    .flatMap((file) => {
      const pattern = filePattern(file.pattern);
      return sources.flatMap((source): FilesetMatch[] => {
        const date = pattern.match(source.name);
        return date !== undefined && within(date, range) ? [{ file: file.name, date, source }] : [];
      });
    })
    .sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

/** Names at the source that would be of a set, were the day in them one. */
export const ofNoDay = (files: readonly CourierFile[], sources: readonly SourceFile[]): string[] => {
  const patterns = files.map(({ pattern }) => filePattern(pattern));
  return sources.map(({ name }) => name).filter((name) => patterns.some((pattern) => pattern.isOfNoDay(name)));
};

/**
 * Names of required files that are not there: of every date of a bounded range, else of every date on which any file of
 * the set is there. A set is complete or it waits (reference §1.3).
 */
export const missingFiles = (
  files: readonly CourierFile[],
  matches: readonly FilesetMatch[],
  range: DateRange,
): string[] => lacking(files, matches, range).map(({ name }) => name);

/** Some of the names, for people: a period of years may lack thousands. */
export const fewOf = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ' …' : ''}`;

/** The files of complete sets: those of dates that lack none; none at all where one is missing that has no date. */
export function completeSets(
  files: readonly CourierFile[],
  matches: readonly FilesetMatch[],
  range: DateRange,
): FilesetMatch[] {
  const incomplete = new Set(lacking(files, matches, range).map(({ date }) => date));
  return incomplete.has(null) ? [] : matches.filter(({ date }) => !incomplete.has(date));
}

interface Lacking {
  name: string;
  date: string | null;
}

function lacking(files: readonly CourierFile[], matches: readonly FilesetMatch[], range: DateRange): Lacking[] {
  const there = new Set(matches.map((match) => `${match.file}\0${match.date ?? ''}`));
  const dates =
    range.from !== null && range.to !== null
      ? datesOf(range.from, range.to)
      : [...new Set(matches.flatMap((match) => match.date ?? []))].sort();
  return files
    .filter((file) => !file.optional)
    .flatMap((file): Lacking[] => {
      const pattern = filePattern(file.pattern);
      if (!pattern.dated || dates.length === 0)
        return matches.some((match) => match.file === file.name) ? [] : [{ name: file.pattern, date: null }];
      const absent = dates.filter((date) => !there.has(`${file.name}\0${date}`));
      return absent.map((date) => ({ name: pattern.nameOn(date), date }));
    });
}

function datesOf(from: string, to: string): string[] {
  const dates: string[] = [];
  for (let date = from; date < to; date = addDays(date, 1)) dates.push(date);
  return dates;
}
