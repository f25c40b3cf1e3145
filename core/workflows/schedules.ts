import { Configuration } from '../environments/configuration.ts';
import { ConfigurationStore } from '../environments/configuration-store.ts';
import type { GroupSchedule, ObjectStore, Schedules } from '../ports.ts';

/** An environment whose clock follows its configuration. */
export interface ScheduledPlace {
  environment: string;
  objects: ObjectStore;
  schedules: Schedules;
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
 * Makes the clock agree with the head of the configuration; called wherever the head may have moved. It looks again when it
 * is done: of two that move the head at once, the one that is done last leaves the later head's schedules.
 */
export async function followSchedules({ environment, objects, schedules }: ScheduledPlace): Promise<void> {
  const store = new ConfigurationStore(objects);
  for (let followed: string | undefined; ; ) {
    const head = await store.head();
    if (!head || head.id === followed) return;
    const documents = startsByItself(environment) ? await store.documents(head) : [];
    await schedules.set(schedulesOf(new Configuration(head.id, documents)));
    followed = head.id;
  }
}
