import { describe, expect, it } from 'vitest';
import { buildSmallTenant } from './small-tenant.ts';
import { customers, orderLines } from './sources.ts';

const ann = customers('web_customers', [{ _pk: 'ann', number: 'A1' }]);
const people = { 'web_customers ann': 'ann', 'web_customers bob': 'bob' };

describe('orders and their people', () => {
  it('finds the person of an order by its foreign key, whatever its case and outer spaces', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        ann,
        orderLines([
          { _pk: '1', order_number: 'o1', customer: ' a1 ' },
          { _pk: '2', order_number: 'o2', customer: 'nobody' },
        ]),
      ],
      people,
    });

    expect(
      await rows('SELECT order_id, amp_id FROM customer360.unified_itemized_transactions ORDER BY order_id'),
    ).toEqual([
      { order_id: 'o1', amp_id: 'ann' },
      { order_id: 'o2', amp_id: null },
    ]);
  });

  it('gives an order whose lines lead to two people to the one of the line updated last', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'ann', number: 'A1' },
          { _pk: 'bob', number: 'B1' },
        ]),
        orderLines([
          { _pk: '1', order_number: 'o1', customer: 'B1', _updated: 1 },
          { _pk: '2', order_number: 'o1', customer: 'A1', _updated: 2 },
          { _pk: '3', order_number: 'o1', _updated: 3 },
        ]),
      ],
      people,
    });

    expect(
      await rows('SELECT amp_id, count(*) AS lines FROM customer360.unified_itemized_transactions GROUP BY 1'),
    ).toEqual([{ amp_id: 'ann', lines: '3' }]);
    expect(await rows('SELECT amp_id, order_quantity FROM customer360.unified_transactions')).toEqual([
      { amp_id: 'ann', order_quantity: '3' },
    ]);
  });

  it('gives a key that two people have to the one whose record was updated last', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'ann', number: 'X', changed: '2026-01-01 00:00:00' },
          { _pk: 'bob', number: 'X', changed: '2026-02-01 00:00:00' },
        ]),
        orderLines([{ _pk: '1', order_number: 'o1', customer: 'X' }]),
      ],
      people,
    });

    expect(await rows('SELECT amp_id FROM customer360.unified_transactions')).toEqual([{ amp_id: 'bob' }]);
  });

  it('finds the person by the customer key of the same source where there is no foreign key', async () => {
    const lines = orderLines([{ _pk: '1', order_number: 'o1', customer: 'A1' }]);
    const { customer: _, ...columns } = lines.columns;
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [{ _pk: 'ann', number: 'A1' }]),
        customers('shop_customers', [{ _pk: 'other', number: 'A1', changed: '2026-01-01 00:00:00' }]),
        { ...lines, columns: { ...columns, customer: ['String', 'txn-item/customer-id'] } },
      ],
      people,
    });

    expect(await rows('SELECT amp_id, customer_id FROM customer360.unified_transactions')).toEqual([
      { amp_id: 'ann', customer_id: 'A1' },
    ]);
  });

  it('keeps what was returned and canceled apart from what was bought, and nets it', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        ann,
        orderLines([
          { _pk: '1', order_number: 'o1', pieces: 2, paid: 100, off: 7 },
          { _pk: '2', order_number: 'o1', pieces: 1, paid: 50, off: 7 },
          { _pk: '3', order_number: 'o1', pieces: -1, paid: -30, returned: true },
          { _pk: '4', order_number: 'o1', pieces: -1, paid: -20, canceled: true },
          { _pk: '5', order_number: 'o1', pieces: -1, paid: -5, returned: true, canceled: true },
        ]),
      ],
    });

    expect(await rows('SELECT * FROM customer360.unified_transactions')).toMatchObject([
      {
        order_quantity: '3',
        order_revenue: '150.0000',
        order_discount_amount: '7.0000',
        order_returned_quantity: '-2',
        order_returned_revenue: '-35.0000',
        order_canceled_quantity: '-1',
        order_canceled_revenue: '-20.0000',
        net_order_revenue: '88.0000',
      },
    ]);
  });

  it('never adds amounts of two currencies in one order', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        ann,
        orderLines([
          { _pk: '1', order_number: 'o1', money: 'eur', paid: 5 },
          { _pk: '2', order_number: 'o1', paid: 10 },
        ]),
      ],
    });

    expect(await rows('SELECT currency, order_revenue FROM customer360.unified_transactions ORDER BY 1')).toEqual([
      { currency: 'EUR', order_revenue: '5.0000' },
      { currency: 'USD', order_revenue: '10.0000' },
    ]);
  });

  it('tells orders of two systems apart that have the same number', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        ann,
        orderLines([{ _pk: '1', order_number: '1001', customer: 'A1', at: '2026-01-01 00:00:00' }]),
        orderLines([{ _pk: '1', order_number: '1001', customer: 'A1', at: '2026-01-01 00:00:00' }], 'shop_order_lines'),
      ],
      people,
    });

    expect(await rows('SELECT lifetime_order_frequency FROM customer360.transaction_attributes')).toEqual([
      { lifetime_order_frequency: '2' },
    ]);
  });
});
