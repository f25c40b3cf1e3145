import { InvalidArgumentError } from 'commander';
import { CalendarDate, KebabName } from '../core/contracts/names.ts';

/** Parses an option that is a whole number from 0. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Expected a whole number.');
  return Number(text);
}

/** Parses an option that is a day, `2026-11-23`. */
export function day(text: string): string {
  if (!CalendarDate.safeParse(text).success) throw new InvalidArgumentError('Expected a day such as 2026-11-23.');
  return text;
}

/** Parses an option that is the name of a tenant or an environment, and so a part of paths. */
export function kebabName(text: string): string {
  if (!KebabName.safeParse(text).success)
    throw new InvalidArgumentError('Expected lower-case letters, digits and hyphens, such as acme.');
  return text;
}

/** The id of a feed, for its name: `web-customers` or `feed/web-customers`. */
export const feedId = (name: string): string => (name.startsWith('feed/') ? name : `feed/${name}`);
