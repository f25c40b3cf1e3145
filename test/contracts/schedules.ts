import { describe, expect, it } from 'vitest';
import type { GroupSchedule, Schedules } from '../../core/ports.ts';

/** Schedules, and what holds them. */
export interface HeldSchedules {
  schedules: Schedules;
  /** By courier group, when it starts; the words are the home's own, other times being said otherwise. */
  held(): Promise<Record<string, string>>;
}

const daily: GroupSchedule = { courierGroup: 'courier-group/daily', cron: '0 5 * * *', timeZone: 'America/New_York' };
const yearly: GroupSchedule = { courierGroup: 'courier-group/yearly', cron: '30 12 1 1 *', timeZone: 'UTC' };

/** What everything that starts runs by the clock keeps to. */
export function schedulesContract(kind: string, open: () => Promise<HeldSchedules>): void {
  describe(kind, () => {
    it('holds the schedules that it is told of, however often', async () => {
      const { schedules, held } = await open();
      await schedules.set([daily, yearly]);
      const first = await held();
      expect(Object.keys(first).sort()).toEqual([daily.courierGroup, yearly.courierGroup]);
      await schedules.set([daily, yearly]);
      expect(await held()).toEqual(first);
    });

    it('changes what starts at another time, or in another zone', async () => {
      const { schedules, held } = await open();
      await schedules.set([daily, yearly]);
      const before = await held();
      await schedules.set([{ ...daily, cron: '0 6 * * *' }, yearly]);
      const later = await held();
      await schedules.set([{ ...daily, cron: '0 6 * * *', timeZone: 'Europe/Berlin' }, yearly]);
      const elsewhere = await held();
      const times = [before, later, elsewhere].map((one) => one[daily.courierGroup]);
      expect(new Set(times).size).toBe(3);
      expect(elsewhere[yearly.courierGroup]).toBe(before[yearly.courierGroup]);
    });

    it('lets go of what it is no longer told of, and takes it up again', async () => {
      const { schedules, held } = await open();
      await schedules.set([daily, yearly]);
      await schedules.set([yearly]);
      expect(Object.keys(await held())).toEqual([yearly.courierGroup]);
      await schedules.set([]);
      expect(await held()).toEqual({});
      await schedules.set([daily]);
      expect(Object.keys(await held())).toEqual([daily.courierGroup]);
    });

    it('keeps nothing of two that are told at once but what it is told last', async () => {
      const { schedules, held } = await open();
      await Promise.allSettled([schedules.set([daily]), schedules.set([yearly])]);
      await schedules.set([yearly]);
      expect(Object.keys(await held())).toEqual([yearly.courierGroup]);
    });
  });
}
