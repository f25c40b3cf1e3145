import { TimerSchedules } from '../adapters/schedules/timers.ts';
import type { Run } from '../core/contracts/runs.ts';
import type { Schedules } from '../core/ports.ts';
import { startOnClosedFile } from '../core/workflows/continuous-streams.ts';
import { type Kept, keepSchedule, keepSchedules } from '../core/workflows/keep-schedule.ts';
import { hasEnded } from '../core/workflows/runs.ts';
import type { LocalEnvironment } from './environment.ts';

/** What a clock tells of what nobody waits for. */
export interface ClockListener {
  /** Of each look at a schedule that started a run, or found slots missed. */
  kept(kept: Kept): void;
  /** Of a look that failed. */
  failed(courierGroup: string, cause: unknown): void;
}

/** Between slots it is looked now and then, too: for a run that a process claimed and did not live to start. */
const lookMs = 30 * 60_000;

/** Starts the runs of a home by the clock, for as long as its server serves. */
export class LocalClock {
  readonly #listener: ClockListener;
  readonly #schedules = new Map<LocalEnvironment, TimerSchedules>();
  readonly #timer: NodeJS.Timeout;

  constructor(listener: ClockListener) {
    this.#listener = listener;
    this.#timer = setInterval(() => {
      for (const environment of this.#schedules.keys()) this.#lookAtAll(environment);
    }, lookMs).unref();
  }

  of(environment: LocalEnvironment): Schedules {
    const known = this.#schedules.get(environment);
    if (known) return known;
    const made = new TimerSchedules((group) => this.#look(environment, group));
    this.#schedules.set(environment, made);
    environment.workflows.changes.on('run', (run) => {
      if (hasEnded(run)) this.#lookAfter(environment, run);
    });
    return made;
  }

  /** Decides on what was due while no server was there, by the rule of each group. */
  async catchUp(environment: LocalEnvironment): Promise<Kept[]> {
    const kept = await keepSchedules(placeOf(environment));
    for (const one of kept) this.#tell(one);
    return kept;
  }

  /** Starts the courier group of a continuous stream, of which a file was closed. */
  startFor(environment: LocalEnvironment, stream: string): void {
    startOnClosedFile(placeOf(environment), stream).catch((cause) => this.#listener.failed(stream, cause));
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const schedules of this.#schedules.values()) schedules.stop();
    this.#schedules.clear();
  }

  /** A run that is owed begins when the one before it has ended. */
  #lookAfter(environment: LocalEnvironment, { id, name }: Run): void {
    const look = () => this.#schedules.has(environment) && this.#look(environment, name);
    // That it could not be noted how it ended is told by its run.
    environment.workflows.ended(id).then(look, look);
  }

  #look(environment: LocalEnvironment, courierGroup: string): void {
    keepSchedule(placeOf(environment), courierGroup).then(
      (kept) => this.#tell(kept),
      (cause) => this.#listener.failed(courierGroup, cause),
    );
  }

  #lookAtAll(environment: LocalEnvironment): void {
    this.catchUp(environment).catch((cause) => this.#listener.failed('', cause));
  }

  #tell(kept: Kept): void {
    if (kept.started || kept.missed.length > 0) this.#listener.kept(kept);
  }
}

const placeOf = (environment: LocalEnvironment) => ({
  ...environment,
  environment: environment.name,
  clock: () => new Date(),
});
