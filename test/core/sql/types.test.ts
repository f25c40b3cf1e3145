import { expect, test } from 'vitest';
import { columnType, engineType } from '../../../core/sql/types.ts';

test('every column type has a name in each engine, and comes back from it', () => {
  for (const type of ['Boolean', 'Date', 'Datetime', 'Decimal(38,4)', 'Float', 'Integer', 'String']) {
    for (const engine of ['duckdb', 'trino'] as const) expect(columnType(engineType(type, engine))).toBe(type);
  }
  expect(engineType('Decimal(4)', 'duckdb')).toBe('DECIMAL(38,4)');
  expect(engineType('String', 'athenaDdl')).toBe('string');
});

test('engine types without a like are widened, or told as text', () => {
  expect(
    ['INTEGER', 'HUGEINT', 'REAL', 'DECIMAL(10,2)', 'JSON', 'VARCHAR[]', 'timestamp(3) with time zone'].map(columnType),
  ).toEqual(['Integer', 'Decimal(38,0)', 'Float', 'Decimal(38,2)', 'String', 'String', 'Datetime']);
});
