import { InvalidArgumentError } from 'commander';
import { CalendarDate } from '../core/contracts/names.ts';

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
