import type { DuckDBConnection } from '@duckdb/node-api';
import { beforeAll, describe, expect, test } from 'vitest';
import { UnprovenSql } from '../../../core/errors.ts';
import { translate } from '../../../core/sql/translate.ts';
import {
  askDuckDb,
  difference,
  duckOptions,
  parityCases,
  parityDuckDb,
  recorded,
  refusedCases,
} from '../../support/parity.ts';

const answers = recorded();
let duckdb: DuckDBConnection;
beforeAll(async () => {
  duckdb = await parityDuckDb();
});

describe('DuckDB gives the rows that a real Trino gave', () => {
  test.each(parityCases())('$file: $sql', async ({ sql }) => {
    const trino = answers[sql];
    expect(trino, 'not recorded yet: node bin/run.mjs test/conformance/record.ts').toBeDefined();
    if (trino === undefined) return;
    const answer = await askDuckDb(duckdb, sql);
    expect(difference(sql, trino, answer)).toBeUndefined();
    // Parquet, which tables are kept in, has no such types: it would make doubles of the first.
    expect(answer.types.filter((type) => /HUGEINT|INTERVAL|BIT|TIME$/.test(type))).toEqual([]);
  });
});

describe('what is not proven to give the same rows', () => {
  test.each(refusedCases())('is refused by its name: %s', (sql) => {
    expect(() => translate(sql, duckOptions)).toThrow(UnprovenSql);
    expect(() => translate(sql, duckOptions)).toThrow(/^`[^`]+` runs in AWS only: /);
  });
});
