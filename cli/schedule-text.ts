import type { MissedSlots, ScheduleView } from '../core/contracts/schedules.ts';
import { red, yellow } from './colours.ts';
import { counted } from './figures.ts';
import { factsText, tableText } from './table-text.ts';

/** Schedules as a table, and what is to be said of some of them. */
export function schedulesText(schedules: readonly ScheduleView[]): string {
  if (schedules.length === 0) return 'no courier group has a schedule';
  const rows = schedules.map((one) => [
    one.courier_group,
    one.schedule,
    one.time_zone,
    one.next[0] ? momentText(one.next[0], one.time_zone) : '',
    stateText(one),
    one.missed[0] && yellow(momentText(one.missed[0].last, one.time_zone)),
  ]);
  return tableText(['courier group', 'schedule', 'time zone', 'next run', 'state', 'missed last'], rows);
}

/** One schedule with its next runs and what it missed. */
export function scheduleText(view: ScheduleView): string {
  const { time_zone } = view;
  const facts = factsText([
    ['courier group', view.courier_group],
    ['schedule', `${view.schedule}, ${time_zone}`],
    ['missed slots', view.missed_slots],
    ['state', stateText(view)],
    ...(view.last ? ([['last run', `${view.last.run}, for ${momentText(view.last.slot, time_zone)}`]] as const) : []),
    ...(view.owed.length > 0 ? ([['owed', counted(view.owed.length, 'run')]] as const) : []),
  ]);
  const next = view.next.map((slot) => [momentText(slot, time_zone), slot]);
  const missed = view.missed.map((slots) => `missed ${missedText(slots)}`);
  const parts = [facts, ...(next.length > 0 ? [tableText(['next runs', 'UTC'], next)] : []), missed.join('\n')];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What is said of slots that were missed. */
export function missedText({ first, last, slots, because, by, outcome }: MissedSlots): string {
  const when = slots === 1 ? first : `${counted(slots, 'slot')} from ${first} to ${last}`;
  const why = because === 'running' ? `${by ?? 'a run'} was under way` : 'nothing was there to start it';
  const end = {
    skipped: 'skipped',
    owed: 'made up for by a run of its own',
    covered: `${by} takes what there was`,
  };
  return `${when}: ${why}; ${end[outcome]}`;
}

function stateText({ active, paused }: ScheduleView): string {
  if (paused) {
    const until = paused.until === undefined ? '' : ` until ${paused.until}`;
    return red(`paused${until} by ${paused.by} at ${paused.at}`);
  }
  return active ? 'active' : 'starts nothing: a sandbox runs when it is asked to';
}

/** A moment as clocks of a zone show it. */
function momentText(instant: string, timeZone: string): string {
  const shown = new Date(instant).toLocaleString('sv-SE', { timeZone, timeZoneName: 'shortOffset' });
  return shown.replace(/:\d\d (?=\S+$)/, ' ');
}
