import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { date, ident, literal, qualified, text, timestamp } from '../../../core/sql/quote.ts';

const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
const read = async (sql: string) => (await duckdb.runAndReadAll(sql)).getRowsJS()[0]?.[0];

const writable = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\0'));

describe('names and values in SQL', () => {
  test('any text comes back from the engine as it went in, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(writable, async (value) => {
        expect(await read(`SELECT ${text(value)}`)).toBe(value);
      }),
    );
  });

  test('any name can name a column, quotes and all', async () => {
    await fc.assert(
      fc.asyncProperty(
        writable.filter((name) => name !== ''),
        async (name) => {
          const reader = await duckdb.runAndReadAll(`SELECT 1 AS ${ident(name)}`);
          expect(reader.columnNames()).toEqual([name]);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('any double and integer comes back exact', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double(), async (value) => {
        expect(await read(`SELECT CAST(${literal(value)} AS DOUBLE)`)).toEqual(value + 0);
      }),
      { numRuns: 50 },
    );
    expect(await read(`SELECT ${literal(9007199254740993n)}`)).toBe(9007199254740993n);
    expect([literal(null), literal(true), literal("it's"), literal(-5)]).toEqual(['NULL', 'TRUE', "'it''s'", '-5']);
  });

  test('dates and instants are checked before they become SQL', () => {
    expect(date('2024-02-29')).toBe("DATE '2024-02-29'");
    expect(timestamp('2024-02-29T10:30:00.12Z')).toBe("TIMESTAMP '2024-02-29 10:30:00.120000'");
    for (const bad of ['2024-02-30', '24-01-01', "2024-01-01'", ''])
      expect(() => date(bad)).toThrow('expected one such as');
    for (const bad of ['2024-01-01T25:00:00Z', '2024-01-01', '2024-02-30T00:00:00Z', '2024-01-01T00:00:00+02:00']) {
      expect(() => timestamp(bad)).toThrow('expected UTC');
    }
  });

  test('a NUL character or an empty name is refused', () => {
    expect(() => text('a\0b')).toThrow('NUL');
    expect(() => ident('')).toThrow("can't be a name");
    expect(qualified('shop', 'or"ders')).toBe('"shop"."or""ders"');
  });
});
