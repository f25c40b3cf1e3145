import { Cron } from 'croner';
import type { GroupSchedule, Schedules } from '../../core/ports.ts';

/** Timers of this process, which start courier groups for as long as it lives. */
export class CronerSchedules implements Schedules {
  readonly #start: (courierGroup: string) => void;
  readonly #held = new Map<string, { schedule: GroupSchedule; job: Cron }>();

  constructor(start: (courierGroup: string) => void) {
    this.#start = start;
  }

  async set(schedules: readonly GroupSchedule[]): Promise<void> {
    const wanted = new Map(schedules.map((schedule) => [schedule.courierGroup, schedule]));
    for (const [group, { schedule, job }] of this.#held) {
      if (isSame(schedule, wanted.get(group))) continue;
      job.stop();
      this.#held.delete(group);
    }
    for (const [group, schedule] of wanted) if (!this.#held.has(group)) this.#add(schedule);
  }

  /** When each courier group starts next. */
  next(): Map<string, Date | null> {
    return new Map([...this.#held].map(([group, { job }]) => [group, job.nextRun()]));
  }

  stop(): void {
    for (const { job } of this.#held.values()) job.stop();
    this.#held.clear();
  }

  #add(schedule: GroupSchedule): void {
    const { courierGroup, cron, timeZone } = schedule;
    const job = new Cron(cron, { timezone: timeZone, unref: true }, () => this.#start(courierGroup));
    this.#held.set(courierGroup, { schedule, job });
  }
}

const isSame = (one: GroupSchedule, other: GroupSchedule | undefined): boolean =>
  one.cron === other?.cron && one.timeZone === other.timeZone;
