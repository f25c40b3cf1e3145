import { describe, expect, test } from 'vitest';
import type { Column } from '../../../core/contracts/types.ts';
import { inDependencyOrder } from '../../../core/sql/dependencies.ts';
import { lineage, reads } from '../../../core/sql/lineage.ts';

const schema: Record<string, Column[]> = {
  orders: [
    { name: 'order_id', type: 'String' },
    { name: 'customer_id', type: 'String' },
    { name: 'amount', type: 'Decimal(38,4)' },
  ],
  'shop.customers': [
    { name: 'id', type: 'String' },
    { name: 'name', type: 'String' },
  ],
};
const follow = (sql: string) =>
  lineage(sql, schema).map(({ column, sources }) =>
    `${column} < ${sources.map((one) => `${one.table}.${one.column}`).join(' ')}`.trim(),
  );

describe('lineage', () => {
  test.each([
    [
      'select * from orders',
      ['order_id < orders.order_id', 'customer_id < orders.customer_id', 'amount < orders.amount'],
    ],
    ['select upper(name) n, count(*) from shop.customers group by 1', ['n < shop.customers.name', '_col1 <']],
    ['select shop.customers.name from shop.customers', ['name < shop.customers.name']],
    [
      'with t as (select customer_id, sum(amount) total from orders group by 1) select c.name, t.* from t join shop.customers c on c.id = t.customer_id',
      ['name < shop.customers.name', 'customer_id < orders.customer_id', 'total < orders.amount'],
    ],
    [
      'select id as x from shop.customers union all select order_id from orders',
      ['x < orders.order_id shop.customers.id'],
    ],
    ["select tag from orders cross join unnest(split(customer_id, ',')) u(tag)", ['tag < orders.customer_id']],
    [
      'with a as (select * from orders), b as (select * from a) select *, amount * 2 as twice from b',
      [
        'order_id < orders.order_id',
        'customer_id < orders.customer_id',
        'amount < orders.amount',
        'twice < orders.amount',
      ],
    ],
    ["values (1, 'a')", ['_col0 <', '_col1 <']],
  ])('follows the columns of: %s', (sql, expected) => {
    expect(follow(sql)).toEqual(expected);
  });

  test('refuses to guess the columns of a table that it was not told', () => {
    expect(() => lineage('select * from unknown', schema)).toThrow('are unknown');
  });

  test('tells the tables that a query reads, not its named queries', () => {
    expect(
      reads('with t as (select * from Orders) select * from t, shop.customers where exists (select 1 from extra)'),
    ).toEqual([{ table: 'orders' }, { schema: 'shop', table: 'customers' }, { table: 'extra' }]);
  });
});

describe('the order of tables', () => {
  const table = (name: string, sql: string) => ({ schema: 'shop', table: name, sql });

  test('each table comes after those that it reads, by short or full name', () => {
    const order = inDependencyOrder([
      table('c', 'select * from b join shop.a on true'),
      table('a', 'select * from source'),
      table('b', 'select * from shop.a'),
    ]);
    expect(order.map((one) => one.table)).toEqual(['a', 'b', 'c']);
  });

  test('a circle is refused with its path', () => {
    const circular = [table('a', 'select * from b'), table('b', 'select * from c'), table('c', 'select * from b')];
    expect(() => inDependencyOrder(circular)).toThrow('shop.b → shop.c → shop.b');
    expect(() => inDependencyOrder([table('a', 'select * from a')])).toThrow('shop.a → shop.a');
  });
});
