import { Cron } from 'croner';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsCron } from '../../../core/workflows/cron.ts';

describe('a five-field cron as EventBridge Scheduler says it', () => {
  it.each([
    ['0 5 * * *', 'cron(0 5 * * ? *)'],
    ['  0   5 * * * ', 'cron(0 5 * * ? *)'],
    ['*/15 * * * *', 'cron(0,15,30,45 * * * ? *)'],
    ['5/20 6-8 * * *', 'cron(5,25,45 6-8 * * ? *)'],
    ['0 5 1,15 * *', 'cron(0 5 1,15 * ? *)'],
    ['0 5 */10 * *', 'cron(0 5 1,11,21,31 * ? *)'],
    ['0 5 * JAN-MAR,dec *', 'cron(0 5 * 1-3,12 ? *)'],
    ['0 5 * * 1-5', 'cron(0 5 ? * MON-FRI *)'],
    ['0 5 * * 0', 'cron(0 5 ? * SUN *)'],
    ['0 5 * * 7', 'cron(0 5 ? * SUN *)'],
    ['0 5 * * 5-7', 'cron(0 5 ? * SUN,FRI-SAT *)'],
    ['0 5 * * sat,SUN', 'cron(0 5 ? * SUN,SAT *)'],
    ['0 5 * * */2', 'cron(0 5 ? * SUN,TUE,THU,SAT *)'],
    ['0 5 * * 0-6', 'cron(0 5 ? * * *)'],
    ['0-59 0-23 1-31 1-12 *', 'cron(* * * * ? *)'],
  ])('is for %s %s', (given, expected) => {
    expect(awsCron(given)).toBe(expected);
  });

  it.each([
    ['0 5 * *', 'it has 4 fields'],
    ['0 0 5 * * *', 'it has 6 fields'],
    ['@daily', 'it has 1 fields'],
    ['60 5 * * *', 'minute "60": expected numbers from 0 to 59'],
    ['0 24 * * *', 'hour "24": expected numbers from 0 to 23'],
    ['0 5 0 * *', 'day of month "0": expected numbers from 1 to 31'],
    ['0 5 * 13 *', 'month "13": expected numbers from 1 to 12, names such as FEB'],
    ['0 5 * * 8', 'day of week "8": expected numbers from 0 to 7, names such as MON'],
    ['0 5 * * FRI-MON', 'day of week "FRI-MON"'],
    ['30-10 5 * * *', 'minute "30-10"'],
    ['*/0 5 * * *', 'minute "*/0"'],
    ['1,,2 5 * * *', 'minute ""'],
    ['-5 5 * * *', 'minute ""'],
    ['1.5 5 * * *', 'minute "1.5"'],
    ['1/2/3 5 * * *', 'minute "1/2/3"'],
    ['0 5 L * *', 'day of month "L"'],
    ['0 5 15W * *', 'day of month "15W"'],
    ['0 5 * * MON#2', 'day of week "MON#2"'],
    ['0 5 ? * *', 'day of month "?"'],
    ['0 5 1 * MON', "it names days of the month (1) and days of the week (MON), which AWS can't tell together"],
    ['0 5 1-31 * MON', "which AWS can't tell together"],
  ])('is refused for %s: %s', (given, reason) => {
    expect(() => awsCron(given)).toThrow(reason);
  });

  it('starts when a laptop does, whatever is scheduled', () => {
    fc.assert(
      fc.property(
        schedules(),
        fc.date({ min: new Date('2026-01-01'), max: new Date('2029-12-31'), noInvalidDate: true }),
        (given, from) => {
          const here = new Cron(given, { timezone: 'UTC', paused: true }).nextRuns(5, from);
          const matches = readAws(awsCron(given));
          expect(here.every((time) => matches(time))).toBe(true);
          // And none in between: the minutes up to the first.
          const first = here[0]?.getTime() ?? 0;
          for (
            let time = from.getTime() + 60_000 - (from.getTime() % 60_000);
            time < Math.min(first, from.getTime() + 86_400_000);
            time += 60_000
          )
            expect(matches(new Date(time))).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });
});

/** Every schedule that is not refused: numbers, ranges, steps and lists of them. */
function schedules(): fc.Arbitrary<string> {
  const part = (from: number, to: number) => {
    const value = fc.integer({ min: from, max: to });
    const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
    const stepped = fc
      .tuple(fc.oneof(fc.constant('*'), range), fc.integer({ min: 1, max: to }))
      .map((both) => both.join('/'));
    return fc.oneof(fc.constant('*'), value.map(String), range, stepped);
  };
  const field = (from: number, to: number) =>
    fc.array(part(from, to), { minLength: 1, maxLength: 3 }).map((parts) => parts.join(','));
  const days = fc.oneof(fc.tuple(field(1, 28), fc.constant('*')), fc.tuple(fc.constant('*'), field(0, 7)));
  return fc
    .tuple(field(0, 59), field(0, 23), days, field(1, 12))
    .map(([minute, hour, [day, weekday], month]) => `${minute} ${hour} ${day} ${month} ${weekday}`);
}

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** Reads a cron as EventBridge Scheduler is documented to: lists and ranges, days of the week by name, `?` for either. */
function readAws(expression: string): (time: Date) => boolean {
  const fields = /^cron\((.*)\)$/.exec(expression)?.[1]?.split(' ') ?? [];
  const admits = (n: number, value: number) =>
    (fields[n] ?? '').split(',').some((part) => {
      if (part === '*' || part === '?') return true;
      const [first, last = first] = part.split('-').map((text) => (n === 4 ? WEEKDAYS.indexOf(text) : Number(text)));
      return first !== undefined && last !== undefined && value >= first && value <= last;
    });
  return (time) =>
    [time.getUTCMinutes(), time.getUTCHours(), time.getUTCDate(), time.getUTCMonth() + 1, time.getUTCDay()].every(
      (value, n) => admits(n, value),
    );
}
