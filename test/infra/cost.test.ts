import { describe, expect, it } from 'vitest';
import { entityResolution, fullRun, idleMonth, totalOf } from '../../infra/cost/model.ts';
import { spreadStitch } from '../../infra/cost/stitch.ts';

describe('what a deployment costs', () => {
  it('is five dollars a month at the most for a tenant that does nothing', () => {
    expect(totalOf(idleMonth({ sftp: false, storedGb: 10 }))).toBeLessThanOrEqual(5);
  });

  it('has in it that Lambda asks a queue for ever, and that a run tells metrics', () => {
    expect(idleMonth({ sftp: false, storedGb: 0 })['polls of the streams']).toBeCloseTo(0.26);
    expect(fullRun({ records: 1e6, memoryMb: 3008 }).metrics).toBeCloseTo(0.0012, 4);
  });

  it('is that of the SFTP endpoint once it is on', () => {
    expect(idleMonth({ sftp: true, storedGb: 0 })['SFTP endpoint']).toBeCloseTo(219);
  });

  it.each([1e6, 100e6])('is a small part of what AWS lists for matching %d records', (records) => {
    expect(totalOf(fullRun({ records, memoryMb: 10_240 }))).toBeLessThan(entityResolution(records) / 100);
  });

  it('is about the same a record for a hundred million as for a billion when Stitch is spread over functions', () => {
    const [few = 0, many = 0] = [100e6, 1e9].map(
      (records) => totalOf(spreadStitch({ records, memoryMb: 10_240 }).bill) / records,
    );
    expect(many).toBeLessThan(2 * few);
    expect(few).toBeLessThan(entityResolution(1) / 1000);
  });
});
