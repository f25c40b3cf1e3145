import { expect, it } from 'vitest';
import type { ColumnFacts } from '../../../../core/feeds/discovery/column-facts.ts';
import { proposeTags, TAKEN } from '../../../../core/feeds/discovery/tag-proposals.ts';

/** A column of numbers from 1 to 2. */
const coded = (field: string): ColumnFacts => ({
  ...{ field, column: field, rows: 90, filled: 90, distinct: 2, scale: 0, examples: ['1', '2'] },
  passed: new Map([
    ['Integer', 90],
    ['code of a sex', 90],
  ]),
});

it('a sex may be told by a number, where the field is called so and not otherwise', () => {
  const taken = (field: string) => proposeTags(coded(field)).filter(({ confidence }) => confidence >= TAKEN);
  expect(taken('sesso')).toMatchObject([{ tag: 'gender' }]);
  expect(taken('quarter')).toEqual([]);
});
