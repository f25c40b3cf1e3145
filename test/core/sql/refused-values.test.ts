import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { askDuckDb, parityDuckDb } from '../../support/parity.ts';

let duckdb: DuckDBConnection;
beforeAll(async () => {
  duckdb = await parityDuckDb();
});

describe('values that are not proven fail with a reason, never with another answer than Trino', () => {
  test.each([
    ['select 0e0 / 0', 'NaN compares otherwise'],
    ['select sqrt(-1)', 'NaN compares otherwise'],
    ["select try_cast('NaN' as double)", 'NaN or a number in Java notation'],
    ["select try_cast('1d' as double)", 'NaN or a number in Java notation'],
    ["select try_cast('٣' as bigint)", 'other than ASCII digits'],
    ["select try_cast('20-01-01' as date)", 'a year of other than four digits'],
    ["select try_cast('2020-01-01 10:00:00Z' as timestamp)", 'a timestamp with a zone'],
    ["select date '2024-02-01' - date '2024-01-01'", 'use date_diff'],
    ['select cast(created_at as varchar) from customers', 'a timestamp as varchar'],
    ["select regexp_replace(concat('ab', chr(10)), 'b$', 'x')", 'text that ends in a newline'],
    ["select json_extract_scalar('{\"a\":0.10}', '$.a')", 'a JSON number with other digits'],
    ["select json_extract_scalar('{\"a\":1', '$.a')", 'broken JSON'],
    ["select replace('abc', '', 'x')", 'replacing empty text'],
    ['select 5 / 0', 'division by zero'],
    ['select slice(array[1, 2, 3], -2, 2)', 'slice from the end'],
  ])('%s', async (sql, reason) => {
    expect((await askDuckDb(duckdb, sql)).error).toContain(reason);
  });
});
