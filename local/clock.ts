import { CronerSchedules } from '../adapters/schedules/croner.ts';
import type { Schedules } from '../core/ports.ts';
import { startOnClosedFile } from '../core/workflows/continuous-streams.ts';
import type { LaunchPlace } from '../core/workflows/launch.ts';
import { missedSchedules } from '../core/workflows/missed-schedules.ts';
import { type SelfStart, startByItself } from '../core/workflows/self-start.ts';
import type { LocalEnvironment } from './environment.ts';

/** A run that was started late, and when it was due first. */
export interface LateStart {
  id: string;
  courierGroup: string;
  due: Date;
}

/** Starts the runs of a home by the clock, for as long as its server serves. */
export class LocalClock {
  readonly #failed: (courierGroup: string, cause: unknown) => void;
  readonly #schedules = new Map<LocalEnvironment, CronerSchedules>();

  /** `failed` is told of a start that was refused: nobody waits for it. */
  constructor(failed: (courierGroup: string, cause: unknown) => void) {
    this.#failed = failed;
  }

  of(environment: LocalEnvironment): Schedules {
    const known = this.#schedules.get(environment);
    if (known) return known;
    const made = new CronerSchedules((group) => {
      this.#start(environment, group).catch((cause) => this.#failed(group, cause));
    });
    this.#schedules.set(environment, made);
    return made;
  }

  /** Starts once what was due while no server was there. */
  async catchUp(environment: LocalEnvironment): Promise<LateStart[]> {
    const started: LateStart[] = [];
    for (const { courierGroup, due } of await missedSchedules(environment.objects, new Date())) {
      const start = await this.#start(environment, courierGroup);
      if ('run' in start) started.push({ id: start.run, courierGroup, due });
    }
    return started;
  }

  /** Starts the courier group of a continuous stream, of which a file was closed. */
  startFor(environment: LocalEnvironment, stream: string): void {
    startOnClosedFile(placeOf(environment), stream).catch((cause) => this.#failed(stream, cause));
  }

  stop(): void {
    for (const schedules of this.#schedules.values()) schedules.stop();
  }

  #start(environment: LocalEnvironment, courierGroup: string): Promise<SelfStart> {
    return startByItself(placeOf(environment), courierGroup, 'schedule');
  }
}

const placeOf = (environment: LocalEnvironment): LaunchPlace => ({
  ...environment,
  environment: environment.name,
  clock: () => new Date(),
});
