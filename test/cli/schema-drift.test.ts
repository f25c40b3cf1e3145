import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { driftText } from '../../cli/summary.ts';
import { schemaDrift } from '../../core/workflows/schema-drift.ts';
import { aRun, aTask } from '../support/runs.ts';

const read = (feed: string, file: string, unknown_columns: string[], missing_columns: string[]) =>
  aTask('ReadFile', {
    feed: `feed/${feed}`,
    staged: `staged/${file}.parquet`,
    counts: { rows_read: 1, rows_staged: 1, rows_rejected: 0, rows_superseded: 0, unknown_columns, missing_columns },
  });

test('a run says of each feed which columns its files have more or less', () => {
  const run = aRun([
    read('web-customers', 'a', ['nickname'], []),
    read('web-customers', 'b', ['nickname', 'colour'], ['email']),
    read('web-orders', 'c', [], []),
  ]);
  expect(stripVTControlCharacters(driftText({ schema_drift: schemaDrift(run) })).split('\n')).toEqual([
    'columns feed/web-customers has no nickname, colour: left out of what was loaded',
    'columns files of feed/web-customers lack email: loaded as NULL',
  ]);
});
