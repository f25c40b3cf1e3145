import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TimerSchedules } from '../../../adapters/schedules/timers.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-03-28T12:00:00Z') }));
afterEach(() => void vi.useRealTimers());

const hour = 3_600_000;

test('a courier group starts at its times, in its zone, until it is no longer scheduled', async () => {
  const started: string[] = [];
  const schedules = new TimerSchedules((group) => started.push(`${group} ${new Date().toISOString()}`));
  await schedules.set([{ courierGroup: 'courier-group/daily', cron: '0 5 * * *', timeZone: 'Europe/Berlin' }]);
  await vi.advanceTimersByTimeAsync(48 * hour);
  // Clocks in Berlin were put forward on the 29th, before five.
  expect(started).toEqual([
    'courier-group/daily 2026-03-29T03:00:00.000Z',
    'courier-group/daily 2026-03-30T03:00:00.000Z',
  ]);
  await schedules.set([]);
  await vi.advanceTimersByTimeAsync(48 * hour);
  expect(started).toHaveLength(2);
});

test('a process that slept through several times starts its group once', async () => {
  let starts = 0;
  const schedules = new TimerSchedules(() => starts++);
  await schedules.set([{ courierGroup: 'courier-group/daily', cron: '0 5 * * *', timeZone: 'UTC' }]);
  vi.setSystemTime(new Date('2026-04-02T12:00:00Z'));
  await vi.advanceTimersByTimeAsync(hour);
  expect(starts).toBe(1);
});

test('a paused schedule starts nothing, or nothing before it resumes', async () => {
  const started: string[] = [];
  const schedules = new TimerSchedules((group) => started.push(`${group} ${new Date().toISOString()}`));
  const hourly = { cron: '0 * * * *', timeZone: 'UTC' };
  await schedules.set([
    { courierGroup: 'courier-group/open', ...hourly, paused: {} },
    { courierGroup: 'courier-group/until', ...hourly, paused: { until: '2026-03-28T14:30:00.000Z' } },
  ]);
  await vi.advanceTimersByTimeAsync(3.5 * hour);
  expect(started).toEqual(['courier-group/until 2026-03-28T15:00:00.000Z']);
  schedules.stop();
});
