import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { checksText } from '../../cli/summary.ts';

test('a run says of each column that a check fails on in what its rows are wrong', () => {
  const key = { table: 'domain.receipts', column: '_pk' };
  const failed_checks = [
    { ...key, check: 'required' as const, failures: 1 },
    { ...key, check: 'unique' as const, failures: 1200 },
  ];
  expect(stripVTControlCharacters(checksText({ failed_checks })).split('\n')).toEqual([
    'Checks that fail',
    '✘ domain.receipts._pk is empty in 1 row',
    '✘ domain.receipts._pk is not unique in 1,200 rows',
  ]);
});
