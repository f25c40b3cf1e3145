import { Configuration } from '../environments/configuration.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import type { GroupSchedule, ObjectStore, Schedules } from '../ports.ts';
import { pauseAt, scheduleState } from './schedule-state.ts';

/** An environment whose clock follows its configuration, and what people have paused. */
export interface ScheduledPlace {
  environment: string;
  objects: ObjectStore;
  schedules: Schedules;
  clock(): Date;
}

/** Whether an environment's runs start by themselves. A sandbox runs when it is asked to. */
export const startsByItself = (environment: string): boolean => environment === 'production';

/** What a configuration starts by the clock. */
export const schedulesOf = (configuration: Configuration): GroupSchedule[] =>
  configuration
    .all('courier-group')
    .flatMap(({ id, schedule, time_zone }) =>
      schedule === undefined ? [] : [{ courierGroup: id, cron: schedule, timeZone: time_zone }],
    );

/**
 * Makes the clock agree with the head of the configuration and with what is paused; called wherever either may have changed. It
 * looks again when it is done: of two that change something at once, the one that is done last leaves what came of both.
 */
export async function followSchedules({ environment, objects, schedules, clock }: ScheduledPlace): Promise<void> {
  const store = new ConfigurationStore(objects);
  for (let followed: string | undefined; ; ) {
    const head = await store.head();
    if (!head) return;
    const documents = startsByItself(environment) ? await store.documents(head) : [];
    const wanted: GroupSchedule[] = [];
    for (const schedule of schedulesOf(new Configuration(head.id, documents))) {
      const pause = pauseAt(await scheduleState(objects, schedule.courierGroup), clock());
      wanted.push({
        ...schedule,
        ...(pause && { paused: { ...(pause.until !== undefined && { until: pause.until }) } }),
      });
    }
    const told = JSON.stringify([head.id, wanted]);
    if (told === followed) return;
    await schedules.set(wanted);
    followed = told;
  }
}
