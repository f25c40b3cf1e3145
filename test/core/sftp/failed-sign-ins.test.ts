import { expect, it } from 'vitest';
import { FailedSignIns } from '../../../core/sftp/failed-sign-ins.ts';

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 27, 8, minutes));

it('who fails again and again waits longer and longer, 30 seconds at the most, and no more after ten minutes', () => {
  const failures = new FailedSignIns();
  const waits = Array.from({ length: 12 }, () => {
    failures.add('shop', '10.0.0.1', at(0));
    return failures.waitOf('shop', '10.0.0.1', at(1)) / 1000;
  });
  expect(waits).toEqual([0, 0, 0, 0, 4, 8, 16, 30, 30, 30, 30, 30]);
  expect(failures.waitOf('shop', '10.0.0.1', at(10))).toBe(0);
});

it('the name is held off from all addresses, and the address with all names', () => {
  const failures = new FailedSignIns();
  for (let n = 0; n < 5; n++) {
    failures.add('shop', `10.0.0.${n}`, at(0));
    failures.add(`guess-${n}`, '10.0.1.1', at(0));
  }
  expect(failures.waitOf('shop', '10.9.9.9', at(0))).toBe(4000);
  expect(failures.waitOf('crm', '10.0.1.1', at(0))).toBe(4000);
  expect(failures.waitOf('crm', '10.0.0.1', at(0))).toBe(0);
});

it('a flood of names is forgotten again, and not the address that it came from', () => {
  const failures = new FailedSignIns();
  for (let n = 0; n < 5; n++) failures.add('shop', '10.0.0.1', at(0));
  for (let n = 0; n < 10_000; n++) failures.add(`guess-${n}`, '10.0.1.1', at(0));
  expect(failures.waitOf('shop', '10.9.9.9', at(0))).toBe(0);
  expect(failures.waitOf('anybody', '10.0.1.1', at(0))).toBe(30_000);
});
