import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ScheduleView } from '../../core/contracts/schedules.ts';
import { policiesOf } from '../../core/policies/standard.ts';
import { TestApi, token } from '../support/api.ts';
import { shopDocuments } from '../support/tenant.ts';

const couriers = [{ courier: 'courier/web' }];
const nightly = {
  id: 'courier-group/nightly',
  couriers,
  schedule: '30 2 * * *',
  time_zone: 'Europe/Berlin',
  missed_slots: 'skip',
};

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.open([...shopDocuments, nightly], {
    principalOf: async (given) => ({
      id: 'ann',
      name: 'ann@example.com',
      policies: policiesOf([given === token ? 'datagrid-administrator' : given]),
      worksIn: () => true,
    }),
  });
});
afterAll(() => api.close());

const shown = () => api.ok<ScheduleView>('GET', '/schedules/nightly?count=3');
const pause = (body: object) => api.ok<ScheduleView>('POST', '/schedules/nightly/pause', body);

describe('schedules', () => {
  test('are those of the groups that have one, each with its next runs in its zone', async () => {
    const { data } = await api.ok<{ data: ScheduleView[] }>('GET', '/schedules?count=2');
    expect(data.map(({ courier_group }) => courier_group)).toEqual(['courier-group/nightly']);
    expect(data[0]).toMatchObject({ schedule: '30 2 * * *', time_zone: 'Europe/Berlin', active: true, missed: [] });
    const { next } = await shown();
    const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin', timeStyle: 'short' });
    expect(next.map((slot) => clock.format(new Date(slot)))).toEqual(['02:30', '02:30', '02:30']);
    expect(next).toEqual([...new Set(next)].sort());
  });

  test('of a group that is not there, or has none, are refused by name', async () => {
    expect(await api.refusal('GET', '/schedules/weekly')).toEqual({
      status: 404,
      message: expect.stringMatching(/courier-group\/weekly.*courier-group\/daily/),
    });
    for (const [method, path] of [
      ['GET', ''],
      ['POST', '/resume'],
    ] as const)
      expect(await api.refusal(method, `/schedules/daily${path}`)).toEqual({
        status: 404,
        message: expect.stringContaining('courier-group/daily has no schedule: give its document one'),
      });
    expect(await api.refusal('GET', '/schedules/nightly?count=101')).toMatchObject({ status: 400 });
  });

  test('that nobody can read are refused with the document, the field and what was expected', async () => {
    for (const [schedule, why] of [
      ['0 25 * * *', '25'],
      ['0 5 * *', 'five fields'],
      ['0 5 L * *', 'L'],
    ] as const) {
      const documents = [...shopDocuments, { ...nightly, schedule }];
      const { status, message } = await api.refusal('PUT', '/configuration', { documents, message: 'schedule' });
      expect([status, message]).toEqual([
        400,
        expect.stringContaining(`courier-group/nightly schedule: "${schedule}"`),
      ]);
      expect(message).toContain(why);
    }
    const documents = [...shopDocuments, { ...nightly, time_zone: 'Europe/Nowhere' }];
    expect((await api.refusal('PUT', '/configuration', { documents, message: 'zone' })).message).toContain(
      'courier-group/nightly time_zone: no time zone "Europe/Nowhere"',
    );
  });
});

describe('a schedule that is paused', () => {
  test('says who did it and until when, and that it starts nothing before', async () => {
    const until = new Date(Date.now() + 10 * 86_400_000).toISOString();
    const paused = await pause({ until });
    expect(paused).toMatchObject({ active: false, paused: { by: 'ann', until } });
    expect((paused.next[0] ?? '') > until).toBe(true);
    expect(api.schedules.next().get('courier-group/nightly')?.toISOString()).toBe(paused.next[0]);
    expect(await pause({})).toMatchObject({ active: false, paused: { by: 'ann' }, next: [] });
  });

  test('is resumed once', async () => {
    expect(await api.ok('POST', '/schedules/nightly/resume')).toMatchObject({ active: true });
    expect((await shown()).paused).toBeUndefined();
    expect(await api.refusal('POST', '/schedules/nightly/resume')).toEqual({
      status: 409,
      message: 'the schedule of courier-group/nightly is not paused',
    });
  });

  test('is not paused until a time that is over, nor with what nobody knows', async () => {
    const over = await api.refusal('POST', '/schedules/nightly/pause', { until: '2020-01-01T00:00:00Z' });
    expect(over).toEqual({ status: 400, message: expect.stringMatching(/until is 2020-01-01.*an instant to come/) });
    for (const body of [{ until: 'tomorrow' }, { unitl: '2099-01-01' }])
      expect(await api.refusal('POST', '/schedules/nightly/pause', body)).toMatchObject({ status: 400 });
    expect((await shown()).paused).toBeUndefined();
  });

  test('is not paused by who may not', async () => {
    for (const policy of ['amp360-user', 'ampiq-user']) {
      const response = await api.app.request('/api/v0/test/production/schedules/nightly/pause', {
        method: 'POST',
        headers: { authorization: `Bearer ${policy}`, 'content-type': 'application/json' },
        body: '{}',
      });
      expect([response.status, ((await response.json()) as { message: string }).message]).toEqual([
        403,
        expect.stringContaining('ann@example.com may not schedule:pause'),
      ]);
    }
    expect((await shown()).paused).toBeUndefined();
  });
});
