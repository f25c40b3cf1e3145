import { expect, test } from 'vitest';
import { givenName } from '../../../../core/stitch/comparisons/names.ts';
import { levelName } from '../../../../core/stitch/model/weights.ts';
import { Profiles } from '../../../../core/stitch/records/profiles.ts';
import { bandsOf } from '../../../../core/stitch/records/values.ts';

function graded(one: string, other: string): string {
  const profiles = Profiles.of([{ given_name: one }, { given_name: other }], ['given_name']);
  const level = givenName.grade({ profiles, nicknames: new Map(), bands: bandsOf(profiles) })(0, 1);
  return levelName(givenName, level);
}

test('initials of two given names agree with the first of them, written out or not', () => {
  expect(graded('M', 'MARY')).toBe('initial');
  expect(graded('M N', 'MARY')).toBe('initial');
  expect(graded('M N', 'MARY NICOLE')).toBe('initial');
  expect(graded('M N', 'M')).toBe('initial');
  expect(graded('N M', 'MARY')).toBe('differ');
  expect(graded('MO', 'MARY')).toBe('differ');
});
