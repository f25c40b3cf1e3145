import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler';
import { z } from 'zod';
import type { Clock } from '../../core/contracts/deployment.ts';
import { canonicalJson } from '../../core/environments/canonical.ts';
import { readJson } from '../../core/environments/json-objects.ts';
import { Conflict } from '../../core/errors.ts';
import type { GroupSchedule, ObjectStore, Schedules } from '../../core/ports.ts';
import { awsCron } from '../../core/workflows/cron.ts';

export interface EventBridgeOptions {
  client: SchedulerClient;
  /** What is deployed for the environment's schedules. */
  clock: Clock;
  objects: ObjectStore;
}

/**
 * Names of the schedules that may be there. The service lists schedules of the whole account or none, so an environment
 * keeps its own list: a name is in it before its schedule is made, and until after it is removed.
 */
const Names = z.object({ names: z.array(z.string()) });
const namesKey = 'schedules.json';

const isNamed = (name: string) => (cause: unknown) => {
  if ((cause as Error).name !== name) throw cause;
  return undefined;
};

/** Schedules of EventBridge Scheduler, each named as its courier group, in the group of schedules that is deployed for them. */
export class EventBridgeSchedules implements Schedules {
  readonly #options: EventBridgeOptions;

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  async set(schedules: readonly GroupSchedule[]): Promise<void> {
    const { client, objects, clock } = this.#options;
    const wanted = schedules.map((schedule) => this.#input(schedule));
    const names = wanted.map(({ Name }) => Name ?? '');
    const { value: held, etag } = await this.#note(names);
    for (const input of wanted) await this.#put(input);
    for (const Name of held.filter((name) => !names.includes(name))) {
      const removal = new DeleteScheduleCommand({ Name, GroupName: clock.group });
      await client.send(removal).catch(isNamed('ResourceNotFoundException'));
    }
    // Who noted more meanwhile goes on with a list of too many, which loses nothing.
    await objects.put(namesKey, canonicalJson({ names }), { ifMatch: etag }).catch((cause) => {
      if (!(cause instanceof Conflict)) throw cause;
    });
  }

  /**
   * Has `launch-run` look in a minute or two whether files that arrived are worth a run of a courier group. Whatever arrives in
   * the same minute has the same look, since a name is given once; it comes after all of them.
   */
  async lookSoon(courierGroup: string, now: Date): Promise<void> {
    const minute = 60_000;
    const at = new Date((Math.floor(now.getTime() / minute) + 2) * minute).toISOString().slice(0, 19);
    const input: CreateScheduleCommandInput = {
      Name: `${nameOf(courierGroup)}.${at.replaceAll(/\D/g, '').slice(0, 12)}`,
      ...this.#calling({ courier_group: courierGroup, on_arrival: true }),
      ScheduleExpression: `at(${at})`,
      ActionAfterCompletion: 'DELETE',
    };
    await this.#options.client.send(new CreateScheduleCommand(input)).catch(isNamed('ConflictException'));
  }

  /** Adds names to those that may be there; tells all of them. */
  async #note(names: readonly string[]): Promise<{ value: string[]; etag: string }> {
    const { objects } = this.#options;
    for (;;) {
      const found = await readJson(objects, namesKey, Names);
      const value = [...new Set([...(found?.value.names ?? []), ...names])].sort();
      const condition = found ? { ifMatch: found.etag } : { ifNoneMatch: '*' as const };
      try {
        return { value, etag: await objects.put(namesKey, canonicalJson({ names: value }), condition) };
      } catch (cause) {
        if (!(cause instanceof Conflict)) throw cause;
      }
    }
  }

  /** A schedule of this name may be there, or have been removed by hand. */
  async #put(input: CreateScheduleCommandInput): Promise<void> {
    const { client } = this.#options;
    const updated = await client.send(new UpdateScheduleCommand(input)).catch(isNamed('ResourceNotFoundException'));
    if (!updated) await client.send(new CreateScheduleCommand(input));
  }

  #input({ courierGroup, cron, timeZone, paused }: GroupSchedule): CreateScheduleCommandInput {
    return {
      Name: nameOf(courierGroup),
      ...this.#calling({ courier_group: courierGroup }),
      ScheduleExpression: awsCron(cron),
      ScheduleExpressionTimezone: timeZone,
      State: paused && paused.until === undefined ? 'DISABLED' : 'ENABLED',
      // It resumes by itself: nobody has to be there at that time.
      ...(paused?.until !== undefined && { StartDate: new Date(paused.until) }),
    };
  }

  /** What is common to all: `launch-run` is called with an input. */
  #calling(input: object) {
    const { group, launch, role, deadLetters } = this.#options.clock;
    return {
      GroupName: group,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: launch,
        RoleArn: role,
        Input: JSON.stringify(input),
        DeadLetterConfig: { Arn: deadLetters },
        RetryPolicy: { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 10 },
      },
    } satisfies Partial<CreateScheduleCommandInput>;
  }
}

const nameOf = (courierGroup: string): string => courierGroup.slice(courierGroup.indexOf('/') + 1);
