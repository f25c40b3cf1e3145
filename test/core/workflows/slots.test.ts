import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { awsCron } from '../../../core/workflows/cron.ts';
import { nextSlot, slotsBetween } from '../../../core/workflows/slots.ts';

const between = (cron: string, timeZone: string, from: string, to: string) =>
  slotsBetween({ cron, timeZone }, new Date(from), new Date(to)).map((slot) => slot.toISOString().slice(0, 16));

describe('slots of a schedule', () => {
  it('of an hour that clocks jump over are one, right after it', () => {
    const night = ['2026-03-29T00:00:00Z', '2026-03-29T02:00:00Z'] as const;
    expect(between('30 2 * * *', 'Europe/Berlin', ...night)).toEqual(['2026-03-29T01:00']);
    expect(between('*/20 2 * * *', 'Europe/Berlin', ...night)).toEqual(['2026-03-29T01:00']);
    // One that is due at three anyhow is the same start.
    expect(between('0 2,3 * * *', 'Europe/Berlin', ...night)).toEqual(['2026-03-29T01:00']);
    expect(between('15 2 * * *', 'Australia/Lord_Howe', '2026-10-03T15:00:00Z', '2026-10-03T16:00:00Z')).toEqual([
      '2026-10-03T15:30',
    ]);
  });

  it('of an hour that clocks show twice come the first time alone', () => {
    const night = ['2026-10-24T23:00:00Z', '2026-10-25T02:30:00Z'] as const;
    expect(between('30 2 * * *', 'Europe/Berlin', ...night)).toEqual(['2026-10-25T00:30']);
    expect(between('*/30 * * * *', 'Europe/Berlin', ...night)).toEqual([
      '2026-10-24T23:30',
      '2026-10-25T00:00',
      '2026-10-25T00:30',
      '2026-10-25T02:00',
      '2026-10-25T02:30',
    ]);
  });

  it('of a day that a zone left out are one, at the first moment after it', () => {
    expect(between('0 5 30 12 *', 'Pacific/Apia', '2011-12-29T00:00:00Z', '2012-01-02T00:00:00Z')).toEqual([
      '2011-12-30T10:00',
    ]);
  });

  it('are none of a day that no calendar has', () => {
    expect(nextSlot({ cron: '0 5 30 2 *', timeZone: 'UTC' }, new Date('2026-01-01T00:00:00Z'))).toBeUndefined();
  });

  it('of more than anybody counts are the newest', () => {
    const year = between('* * * * *', 'America/New_York', '2025-01-01T00:00:00Z', '2026-01-01T00:00:00Z');
    expect(year.at(-1)).toBe('2026-01-01T00:00');
    expect(year.length).toBeGreaterThanOrEqual(250);
    expect(year.length).toBeLessThanOrEqual(500);
  });

  it('are those of the rule, and what AWS starts with the looks between, in every zone and year', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 2015, max: 2037 }),
        fc.nat({ max: 3 }),
        fc.constantFrom('*', '30', '*/15', '5,55'),
        fc.constantFrom('*', '1', '2', '0-3', '*/2', '1,2,3'),
        (timeZone, year, which, minute, hour) => {
          const cron = `${minute} ${hour} * * *`;
          const change = changesOf(timeZone, year)[which] ?? Date.UTC(year, 5, 1);
          const [from, to] = [change - 2 * hourMs, change + 2 * hourMs];
          const found = slotsBetween({ cron, timeZone }, new Date(from), new Date(to)).map((slot) => slot.getTime());
          expect(found).toEqual(byTheRule(cron, timeZone, from, to));
          expect(found).toEqual(inAws(cron, timeZone, from, to, found));
        },
      ),
      { numRuns: 40 },
    );
  });
});

const hourMs = 3_600_000;
const minuteMs = 60_000;
const zones = [
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'America/Santiago',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'UTC',
];

const clocks = new Map(
  zones.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }),
  ]),
);

/** What a wall clock shows at an instant, as if it were UTC. */
const shownAt = (timeZone: string, at: number) => Date.parse(`${clocks.get(timeZone)?.format(at).replace(' ', 'T')}Z`);

/** Instants of a year at which a zone's clocks are changed, to the half hour. */
function changesOf(timeZone: string, year: number): number[] {
  const changes: number[] = [];
  const offset = (at: number) => shownAt(timeZone, at) - at;
  for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += 24 * hourMs) {
    if (offset(day) === offset(day + 24 * hourMs)) continue;
    for (let at = day; at < day + 24 * hourMs; at += hourMs / 2)
      if (offset(at) !== offset(at + hourMs / 2)) changes.push(at + hourMs / 2);
  }
  return changes;
}

/** Whether a cron as AWS has it is true of a minute on the wall. */
function matches(cron: string, shown: number): boolean {
  const [minute = '', hour = ''] = awsCron(cron).slice('cron('.length).split(' ');
  const time = new Date(shown);
  const admits = (field: string, value: number) =>
    field.split(',').some((part) => {
      const [first = '', last = first] = part.split('-');
      return part === '*' || (value >= Number(first) && value <= Number(last));
    });
  return admits(minute, time.getUTCMinutes()) && admits(hour, time.getUTCHours());
}

/** The rule, minute by minute: what a clock has shown before is no slot, what it jumped over is one where it landed. */
function byTheRule(cron: string, timeZone: string, from: number, to: number): number[] {
  const slots: number[] = [];
  let newest = shownAt(timeZone, from - 2 * hourMs);
  for (let at = from - 2 * hourMs + minuteMs; at <= to; at += minuteMs) {
    const shown = shownAt(timeZone, at);
    let isSlot = false;
    for (let wall = newest + minuteMs; wall <= shown; wall += minuteMs) isSlot ||= matches(cron, wall);
    newest = Math.max(newest, shown);
    if (isSlot && at > from) slots.push(at);
  }
  return slots;
}

/**
 * What is started in AWS: EventBridge calls at each time that the clock shows, skips what it jumps over and does not repeat what it shows
 * twice; each half hour there is a look. A call starts a run when a slot has come since the last.
 */
function inAws(cron: string, timeZone: string, from: number, to: number, slots: number[]): number[] {
  const started: number[] = [];
  let decided = from;
  for (let at = from + minuteMs; at <= to; at += minuteMs) {
    const isCalled = matches(cron, shownAt(timeZone, at)) || at % (hourMs / 2) === 0;
    const due = slots.filter((slot) => slot > decided && slot <= at);
    if (isCalled && due.length > 0) started.push(at);
    if (isCalled) decided = at;
  }
  return started;
}
