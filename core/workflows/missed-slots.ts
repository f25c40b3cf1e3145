import type { MissedRule, MissedSlots, ScheduleState } from '../contracts/schedules.ts';

/** What is known when slots of a schedule are decided on. */
export interface Moment {
  now: Date;
  rule: MissedRule;
  /** Slots that have come since others were decided on, oldest first. */
  due: readonly Date[];
  /** A run of the group that has not ended: until it has, no other starts. */
  running?: RunOfGroup | undefined;
  /** The run of the group that somebody asked for last, and that takes all that there is. */
  latest?: RunOfGroup | undefined;
}

/** A run that looks for files, as far as it makes up for slots: for those up to when it looks, so for all while it waits for its turn. */
export interface RunOfGroup {
  run: string;
  created: Date;
  /** Undefined while it waits for its turn. */
  began: Date | undefined;
  /** Whether it takes all files that there are: not those of some dates alone. */
  whole: boolean;
}

/** A start that comes later than this after its slot is no longer on time. */
const PUNCTUAL_MS = 5 * 60_000;
/** Runs that one group is owed at most: of more slots the oldest are skipped. */
const MOST_OWED = 100;
/** Rows of missed slots that are kept. */
const MOST_TOLD = 50;

/**
 * Decides on the slots that have come: which are missed and why, told once each, and for which a run is to be started as soon
 * as none of the group is under way. A slot is on time when nothing is under way and it has only just come.
 */
export function decideSlots(state: ScheduleState, moment: Moment): { state: ScheduleState; missed: MissedSlots[] } {
  const { now, due, running, rule } = moment;
  const last = due.at(-1);
  if (last === undefined) return { state, missed: [] };
  const isPunctual = running === undefined && now.getTime() - last.getTime() <= PUNCTUAL_MS;
  const late = isPunctual ? due.slice(0, -1) : due;
  const fates = late.map((slot, n) => ({ slot, outcome: fateOf(slot, late.length - n, moment) }));
  const open = fates.filter(({ outcome }) => outcome === 'owed').map(({ slot }) => slot.toISOString());
  const owed = [...(rule === 'skip' ? [] : state.owed), ...open, ...(isPunctual ? [last.toISOString()] : [])];
  const missed = inRows(fates.map(({ slot, outcome }) => telling(slot, outcome, moment)));
  return {
    state: {
      ...state,
      decided_to: last.toISOString(),
      owed: owed.slice(rule === 'run-all' ? -MOST_OWED : -1),
      missed: inRows([...state.missed].reverse().concat(missed))
        .reverse()
        .slice(0, MOST_TOLD),
    },
    missed,
  };
}

/** What becomes of a slot that was missed, of which it is the `nth`, counted from the newest. */
function fateOf(slot: Date, nth: number, moment: Moment): MissedSlots['outcome'] {
  const { rule } = moment;
  if (rule === 'skip' || (rule === 'run-all' && nth > MOST_OWED)) return 'skipped';
  return coverOf(slot, moment) ? 'covered' : 'owed';
}

function telling(slot: Date, outcome: MissedSlots['outcome'], moment: Moment): MissedSlots {
  const { running, now } = moment;
  const isBlocked = running !== undefined && slot >= running.created;
  const by = (outcome === 'covered' ? coverOf(slot, moment) : isBlocked ? running : undefined)?.run;
  const at = slot.toISOString();
  const because = isBlocked ? 'running' : 'late';
  return {
    first: at,
    last: at,
    slots: 1,
    because,
    ...(by !== undefined && { by }),
    outcome,
    noticed_at: now.toISOString(),
  };
}

/** A run that looks for files after a slot came makes up for it, unless each slot is to have its own. */
function coverOf(slot: Date, { rule, running, latest }: Moment): RunOfGroup | undefined {
  if (rule !== 'run-once') return undefined;
  return [running, latest].find((one) => one?.whole && (one.began === undefined || one.began >= slot));
}

/** Tells slots that follow on one another, were missed for one reason and come to one end as one row. */
function inRows(told: readonly MissedSlots[]): MissedSlots[] {
  const rows: MissedSlots[] = [];
  for (const one of told) {
    const last = rows.at(-1);
    const isSame = last && last.because === one.because && last.outcome === one.outcome && last.by === one.by;
    if (isSame) rows.splice(-1, 1, { ...last, last: one.last, slots: last.slots + one.slots });
    else rows.push(one);
  }
  return rows;
}
