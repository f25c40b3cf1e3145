import { Cron } from 'croner';
import type { GroupSchedule } from '../ports.ts';

/** What says when: a five-field cron, and the zone that it is read in. */
export type SlotRule = Pick<GroupSchedule, 'cron' | 'timeZone'>;

/**
 * The slots of a schedule after an instant, in their order. A cron speaks of wall clocks, and so does the rule for the nights
 * that they are put forward or back: each time of the wall clock is one slot, at the first moment that the clock shows it. A time
 * that the clock never shows is due at the moment that it jumped over it, and slots at one moment are one.
 */
export function* slotsAfter({ cron, timeZone }: SlotRule, after: Date): Generator<Date, void> {
  // Read on a clock that is never changed; which moment a time of it is, the zone says.
  const wall = new Cron(cron, { utcOffset: 0, paused: true });
  let last = after.getTime();
  let shown = wall.nextRun(new Date(last + offsetAt(timeZone, last) - 1000));
  for (; shown; shown = wall.nextRun(shown)) {
    const slot = momentOf(timeZone, shown.getTime());
    if (slot <= last) continue;
    last = slot;
    yield new Date(slot);
  }
}

/** The first slot after an instant; undefined of a schedule that has none, as that of a 30 February. */
export const nextSlot = (rule: SlotRule, after: Date): Date | undefined =>
  slotsAfter(rule, after).next().value ?? undefined;

/** More slots than this nobody counts one by one. */
const MOST = 500;

/** Slots from `after` (exclusive) to `until` (inclusive); of more than `MOST` only the newer ones, of which there are half as many at least. */
export function slotsBetween(rule: SlotRule, after: Date, until: Date): Date[] {
  const slots: Date[] = [];
  for (const slot of slotsAfter(rule, after)) {
    if (slot > until) break;
    slots.push(slot);
    if (slots.length > MOST) return slotsBetween(rule, new Date((after.getTime() + until.getTime()) / 2), until);
  }
  return slots;
}

const HALF_DAY_MS = 12 * 3_600_000;

/** When a wall clock first shows a time, given as if it were UTC; where it jumps over it, when it does. */
function momentOf(timeZone: string, shown: number): number {
  // No zone is a day from UTC, and none changes its offset twice in three days.
  const half = Math.floor(shown / HALF_DAY_MS);
  const [before, after] = [roughly(timeZone, half - 2), roughly(timeZone, half + 3)];
  const [early, late] = [shown - before, shown - after];
  if (before === after || offsetAt(timeZone, early) === before) return early;
  return offsetAt(timeZone, late) === after ? late : jumpBetween(timeZone, { from: late, to: early, before });
}

/** The moment from which on the offset is no longer `before`, to the second. */
function jumpBetween(timeZone: string, { from, to, before }: { from: number; to: number; before: number }): number {
  let [last, first] = [Math.floor(from / 1000), Math.ceil(to / 1000)];
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2);
    if (offsetAt(timeZone, middle * 1000) === before) last = middle;
    else first = middle;
  }
  return first * 1000;
}

/** Of so many half days at most offsets are remembered. */
const REMEMBERED = 10_000;
const offsets = new Map<string, number>();

/** The offset at the start of a half day, counted from 1970: asked of the zone once, since that takes a while. */
function roughly(timeZone: string, halfDay: number): number {
  const key = `${timeZone} ${halfDay}`;
  const known = offsets.get(key) ?? offsetAt(timeZone, halfDay * HALF_DAY_MS);
  if (offsets.size >= REMEMBERED) offsets.clear();
  offsets.set(key, known);
  return known;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds that a zone's clocks are ahead of UTC at an instant. */
function offsetAt(timeZone: string, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const format = formats.get(timeZone) ?? clockFormat(timeZone);
  formats.set(timeZone, format);
  const shown = Object.fromEntries(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

const clockFormat = (timeZone: string) =>
  new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
