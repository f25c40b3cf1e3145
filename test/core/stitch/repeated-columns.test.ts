import { expect, it } from 'vitest';
import { repeats } from '../../../core/stitch/repeated-columns.ts';

const known = ['address', 'postal'];

it('leaves out what follows from a house more often than not, since a street and number are in several towns', () => {
  const by = (follows: Record<string, number>) => repeats({ repeated: 0, follows }, { known });
  expect(by({ address: 0.9 })).toBe('it follows from address');
  expect(by({ address: 0.4 })).toBeUndefined();
  expect(by({ postal: 0.9 })).toBeUndefined();
});
