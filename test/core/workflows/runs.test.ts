import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newRunId } from '../../../core/workflows/runs.ts';

it('ids of runs are in the order of their making, within a second too, whatever their entropy', () => {
  const moment = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-01-02'), noInvalidDate: true });
  const entropy = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16).padStart(4, '0'));
  fc.assert(
    fc.property(moment, fc.integer({ min: 1, max: 1500 }), entropy, entropy, (first, later, one, other) => {
      const second = new Date(first.getTime() + later);
      expect(newRunId(first, one) < newRunId(second, other)).toBe(true);
    }),
  );
});
