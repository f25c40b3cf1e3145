import { describe, expect, it } from 'vitest';
import { RunRequest } from '../../../core/contracts/runs.ts';
import { Configuration } from '../../../core/environments/configuration.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import { planCouriers } from '../../../core/workflows/courier-plans.ts';
import { shopDocuments } from '../../support/tenant.ts';

/** Still the 26th in New York, and the 27th in UTC. */
const asOf = new Date('2026-11-27T02:00:00Z');

/** What the shop's courier pulls. */
function plan(group: object, request: object = {}, member: object = {}) {
  const documents = [
    ...shopDocuments.filter(({ id }) => id !== 'courier-group/daily'),
    { id: 'courier-group/daily', couriers: [{ courier: 'courier/web', ...member }], ...group },
  ];
  const configuration = new Configuration(
    'v1',
    documents.map((one) => parseDocument(one)),
  );
  return planCouriers(configuration, RunRequest.parse({ courier_group: 'courier-group/daily', ...request }), asOf)[0];
}

describe('the files that a run without dates looks for', () => {
  it('are those of every day', () => {
    expect(plan({})).toMatchObject({ from: null, to: null, looks_at: { from: null, to: null } });
  });

  it('are those of today and of the days that its group looks back, of UTC unless it says otherwise', () => {
    expect(plan({ lookback_days: 1 })?.looks_at).toEqual({ from: '2026-11-26', to: null });
    const there = { lookback_days: 1, time_zone: 'America/New_York' };
    expect(plan(there)?.looks_at.from).toBe('2026-11-26');
    expect(plan({ ...there, file_dates_in_time_zone: true })?.looks_at.from).toBe('2026-11-25');
  });

  it("are as old as the courier's offset says, at least", () => {
    expect(plan({}, {}, { offset_days: 1 })?.looks_at).toEqual({ from: null, to: '2026-11-27' });
    expect(plan({ lookback_days: 2 }, {}, { offset_days: 1 })?.looks_at).toEqual({
      from: '2026-11-24',
      to: '2026-11-27',
    });
  });

  it('leave the reading of a source that goes on from a mark as it is', () => {
    expect(plan({ lookback_days: 1 })).toMatchObject({ from: null, to: null });
  });
});

describe('the files that a run of some dates looks for', () => {
  const period = { range_from: '2026-01-01', range_to: '2026-02-01' };

  it('are those of its dates, moved back by the offset, however far the group looks back', () => {
    const january = { from: '2025-12-31', to: '2026-01-31' };
    expect(plan({ lookback_days: 1 }, period, { offset_days: 1 })).toMatchObject({ ...january, looks_at: january });
  });

  it('are not waited for once their days are over', () => {
    expect(plan({}, period, { wait: 600 })?.wait).toBe(0);
    expect(plan({}, { range_from: '2026-11-27' }, { wait: 600 })?.wait).toBe(600);
    const there = { time_zone: 'America/New_York', file_dates_in_time_zone: true };
    expect(plan({}, { range_from: '2026-11-26' }, { wait: 600 })?.wait).toBe(0);
    expect(plan(there, { range_from: '2026-11-26' }, { wait: 600 })?.wait).toBe(600);
  });
});
