import type { GroupSchedule, Schedules } from '../../core/ports.ts';
import { nextSlot } from '../../core/workflows/slots.ts';

/** How often it is looked whether a slot has come: a timer alone doesn't count the time that a machine slept. */
const lookMs = 15_000;

/** The clock of this process, which starts courier groups for as long as it lives. */
export class TimerSchedules implements Schedules {
  readonly #start: (courierGroup: string) => void;
  readonly #held = new Map<string, { schedule: GroupSchedule; next: Date | undefined }>();
  #timer: NodeJS.Timeout | undefined;

  /** `start` is told of a group at each of its slots; once, of several that it slept through. */
  constructor(start: (courierGroup: string) => void) {
    this.#start = start;
  }

  async set(schedules: readonly GroupSchedule[]): Promise<void> {
    this.#held.clear();
    for (const schedule of schedules) {
      const next = nextOf(schedule, new Date());
      if (next !== undefined) this.#held.set(schedule.courierGroup, { schedule, next });
    }
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
  }

  /** When each courier group starts next. */
  next(): Map<string, Date | undefined> {
    return new Map([...this.#held].map(([group, { next }]) => [group, next]));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#held.clear();
  }

  #look(): void {
    const now = new Date();
    for (const [group, held] of this.#held) {
      if (held.next === undefined || held.next > now) continue;
      held.next = nextOf(held.schedule, now);
      this.#start(group);
    }
  }
}

/** Undefined of what never starts. */
function nextOf(schedule: GroupSchedule, now: Date): Date | undefined {
  const { paused } = schedule;
  if (paused && paused.until === undefined) return undefined;
  const resumed = paused?.until === undefined ? now : new Date(paused.until);
  return nextSlot(schedule, resumed > now ? resumed : now);
}
