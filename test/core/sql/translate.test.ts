import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RefusedSql, UnprovenSql } from '../../../core/errors.ts';
import { provenFunctions } from '../../../core/sql/proven.ts';
import { forTrino, translate } from '../../../core/sql/translate.ts';
import { duckOptions, parityCases, parityDuckDb } from '../../support/parity.ts';

const duck = (sql: string) => translate(sql, duckOptions);

describe('SQL that may not run', () => {
  test.each([
    'drop table customers',
    'insert into customers select * from customers',
    'create table x as select 1',
    'select 1; select 2',
    "copy customers to 'x.csv'",
    "attach 'x.db' as x",
    'pragma database_list',
    "set memory_limit = '1GB'",
    'explain select 1',
    'show tables',
    '',
    'select (select 1',
  ])('%s: is refused in both engines', (sql) => {
    expect(() => duck(sql)).toThrow(RefusedSql);
    expect(() => forTrino(sql, duckOptions)).toThrow(RefusedSql);
  });

  test.each([
    "select * from read_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "select * from glob('*')",
    'select * from duckdb_settings()',
    'select * from information_schema.tables',
    'select * from memory.shop.customers',
    "select id from customers where id in (select column0 from read_csv('x'))",
    "select (select max(x) from glob('*') t(x))",
    "with t as (select * from read_text('x')) select * from t",
    'select * from customers, other.orders',
    'with a as (select * from a) select * from a',
  ])('%s: reads what is no table of the environment, in both engines', (sql) => {
    expect(() => duck(sql)).toThrow(RefusedSql);
    expect(() => forTrino(sql, duckOptions)).toThrow(RefusedSql);
  });

  test('an unknown table is refused with the nearest known one', () => {
    expect(() => duck('select * from Custmers')).toThrow('there is no table custmers: did you mean customers?');
    expect(() => duck('select * from zebra')).toThrow('there is no table zebra: expected a table of this environment');
    expect(() => duck('select * from stitch.zebra')).toThrow('no run has made a table of stitch yet');
  });

  test('so is an unknown function', () => {
    expect(() => duck('select uper(name) from customers')).toThrow('there is no function uper: did you mean upper?');
    expect(() => duck('select uper(name) from customers')).toThrow(RefusedSql);
  });

  test.each(["date 'x'", "date '2026-02-30'", "timestamp '2026-02-30 10:00'"])(
    'a day that the calendar does not have is refused: %s',
    (literal) => {
      expect(() => duck(`select ${literal}`)).toThrow(RefusedSql);
    },
  );

  test.each([
    ['select approx_most_frequent(3, name, 10) from customers', '`approx_most_frequent` runs in AWS only'],
    [
      'select st_geometryfromtext(name) from customers',
      '`st_geometryfromtext` runs in AWS only: it is no function of Trino itself',
    ],
    ['select approx_distinct(name) from customers', 'use count(distinct x)'],
    ['select arbitrary(name) from customers', 'use min, max'],
    ["select read_text('/etc/passwd')", '`read_text`'],
    ["select getenv('HOME')", '`getenv`'],
    ['select trino_divide(1, 2)', '`trino_divide`'],
    ['select name::bigint from customers', '`cast with double colon syntax`'],
    ['select * exclude (name) from customers', '`* with except`'],
    ['select distinct on (name) id from customers', '`select with distinct on`'],
    ["select name ilike 'a' from customers", '`i_like`'],
    ['select * from customers tablesample bernoulli (10)', '`table with table sample`'],
    ['select 1 union select 2 intersect select 3', 'put one of them in parentheses'],
    ['with recursive t(n) as (select 1) select * from t', '`with recursive`'],
    ["select regexp_like(name, '(?=x)') from customers", 'outside the patterns that both engines read alike'],
    ["select regexp_like(name, '\\bx') from customers", '`regexp_like with \\b`'],
    ['select regexp_like(name, email) from customers', 'it is proven for literals'],
    ["select date_format(created_at, '%D') from customers", '`date_format with %D`'],
    ["select date_parse(name, '%H:%i') from customers", 'formats with a year'],
    ["select created_at at time zone 'UTC' from customers", '`at_time_zone`'],
    ["select cast('1' as decimal)", 'write decimal(38, 0)'],
    ["select interval '1' day", '`interval`'],
    ['select row(1, 2)', '`row`'],
    ['select current_user', '`current_user`'],
    ['select sum(visits) from customers group by all', '`group by with all`'],
    ['select lower(name) over () from customers', '`lower with distinct, filter, over or order by`'],
  ])('%s: is refused by name on DuckDB alone', (sql, message) => {
    expect(() => duck(sql)).toThrow(UnprovenSql);
    expect(() => duck(sql)).toThrow(message);
    if (!sql.includes('decimal)')) expect(() => forTrino(sql, duckOptions)).not.toThrow();
  });

  test('whatever is written, it is translated or refused with a reason, never a crash', () => {
    const word = fc.constantFrom(
      ...[
        'select',
        'from',
        'customers',
        '*',
        'id',
        ',',
        '(',
        ')',
        "'x'",
        '1',
        'where',
        '=',
        'join',
        'on',
        'with',
        'a',
        'as',
      ],
      ...[
        'union',
        'group by',
        'order by',
        'null',
        'case',
        'when',
        'then',
        'end',
        'over',
        'interval',
        'cast',
        'unnest',
        '.',
        '-- c\n',
      ],
      ...provenFunctions,
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 14 }), (words) => {
        const sql = `select ${words.join(' ')}`;
        for (const run of [duck, (one: string) => forTrino(one, duckOptions)]) {
          try {
            run(sql);
          } catch (error) {
            expect(
              error instanceof RefusedSql || error instanceof UnprovenSql,
              `${sql}\n${(error as Error).stack}`,
            ).toBe(true);
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('tables and the clock', () => {
  test('tables get their physical names and keep the written ones for columns; named queries hide them', () => {
    const { sql, reads, timeDependent } = duck(
      'with orders as (select id from shop.Customers) select orders.id, c.name from orders join customers c on c.id = orders.id',
    );
    expect(sql).toContain('"main"."customers__v1" AS "customers"');
    expect(sql).not.toContain('orders__v1');
    expect(reads).toEqual([{ schema: 'shop', table: 'customers' }, { table: 'customers' }]);
    expect(timeDependent).toBe(false);
  });

  test('a named query is seen after its definition only, inside its own query only', () => {
    const { reads } = duck(
      'select * from (with orders as (select 1 as x) select * from orders) a, (select count(*) c from orders) b',
    );
    expect(reads).toEqual([{ table: 'orders' }]);
  });

  test('the clock is the time of the run, and asking for it is told', () => {
    const { sql, timeDependent } = duck('select now(), current_date, localtimestamp, current_timestamp(6)');
    expect(sql).toContain("TIMESTAMP '2024-07-01 09:30:15.123', DATE '2024-07-01'".split(', ')[1] ?? '');
    expect(sql).toContain("TIMESTAMP '2024-07-01 09:30:15.123000'");
    expect(timeDependent).toBe(true);
    expect(() => translate('select 1', { ...duckOptions, asOf: 'today' })).toThrow('expected UTC');
  });

  test('Trino text changes in these places alone, whatever characters and comments are around them', () => {
    const sql = `select '😀 now()', shop.orders.order_id, "now" /* orders */ from shop.orders, customers as c -- now()
      where now() > current_timestamp(0) and approx_distinct(x) > 1 and '\\' = '''' and y < current_date`;
    const result = forTrino(sql, { ...duckOptions, tables: ({ table }) => `"lake"."${table}_v7"` });
    expect(
      result.sql,
    ).toBe(`select '😀 now()', orders.order_id, "now" /* orders */ from "lake"."orders_v7" AS "orders", "lake"."customers_v7" as c -- now()
      where TIMESTAMP '2024-07-01 09:30:15.123 UTC' > TIMESTAMP '2024-07-01 09:30:15 UTC' and approx_distinct(x) > 1 and '\\' = '''' and y < DATE '2024-07-01'`);
    expect(result.reads).toEqual([{ schema: 'shop', table: 'orders' }, { table: 'customers' }]);
    expect(result.timeDependent).toBe(true);
  });
});

describe('proven functions', () => {
  test('every function of the table is asked for in the parity suite', () => {
    const all = parityCases()
      .map(({ sql }) => sql.toLowerCase())
      .join('\n');
    expect(provenFunctions.filter((name) => !new RegExp(`\\b${name}\\s*\\(`).test(all))).toEqual([]);
  });

  test('the quotient of any two decimals is exact to the last digit, rounded half away from zero', async () => {
    const duckdb = await parityDuckDb();
    const digits = fc.oneof(
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      fc.bigInt({ min: -200000n, max: 200000n }),
    );
    await fc.assert(
      fc.asyncProperty(
        digits,
        digits.filter((b) => b !== 0n),
        async (a, b) => {
          const decimal = (value: bigint) => `cast('${value}e-4' as decimal(38,4))`;
          const reader = await duckdb.runAndReadAll(duck(`select ${decimal(a)} / ${decimal(b)}`).sql);
          expect(BigInt(String(reader.getRowsJson()[0]?.[0]).replace('.', ''))).toBe(quotient(a * 10000n, b));
        },
      ),
      { numRuns: 60 },
    );
  });
});

function quotient(a: bigint, b: bigint): bigint {
  const [top, bottom] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const rounded = (2n * top + bottom) / (2n * bottom);
  return a < 0n === b < 0n ? rounded : -rounded;
}
