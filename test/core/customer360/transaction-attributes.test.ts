import { describe, expect, it } from 'vitest';
import { buildSmallTenant, type SourceRow } from './small-tenant.ts';
import { customers, orderLines } from './sources.ts';

/** What Ann, who bought these lines, looks like on 2026-11-23. */
async function ann(lines: SourceRow[]) {
  const { rows } = await buildSmallTenant({
    sources: [
      customers('web_customers', [{ _pk: 'ann', number: 'A1' }]),
      orderLines(lines.map((line) => ({ customer: 'A1', order_number: line._pk, ...line }))),
    ],
    people: { 'web_customers ann': 'ann' },
  });
  const [attributes] = await rows('SELECT * FROM customer360.transaction_attributes_extended');
  return attributes;
}

describe('transaction_attributes_extended', () => {
  it('tells the first, second and latest order, and whether the first was followed within a year', async () => {
    expect(
      await ann([
        { _pk: 'o3', at: '2026-10-01 10:00:00', brand: 'shoes' },
        { _pk: 'o1', at: '2024-01-01 10:00:00', brand: 'hats', paid: 25, pieces: 3 },
        { _pk: 'o2', at: '2024-12-31 10:00:00', brand: 'hats' },
      ]),
    ).toMatchObject({
      first_order_id: 'o1',
      first_order_purchase_brand: 'hats',
      first_order_revenue: '25.0000',
      first_order_total_items: '3',
      second_order_id: 'o2',
      latest_order_id: 'o3',
      first_order_is_retained: true,
      second_order_is_retained: false,
      first_to_second_order_days: '365',
      days_since_latest_order: '53',
      early_repeat_purchaser: false,
      multi_purchase_brand: true,
      one_and_done: false,
    });
  });

  it('calls a person with one order one-and-done, even when they returned something later', async () => {
    expect(
      await ann([
        { _pk: 'o1', at: '2026-01-01 10:00:00' },
        { _pk: 'r1', at: '2026-01-20 10:00:00', pieces: -1, paid: -10, returned: true },
      ]),
    ).toMatchObject({
      one_and_done: true,
      latest_order_id: 'o1',
      lifetime_order_frequency: '1',
      lifetime_order_revenue: '10.0000',
      lifetime_order_returned_frequency: '1',
      lifetime_order_returned_revenue: '-10.0000',
      lifetime_total_returned_items: '1',
      lifetime_net_order_revenue: '0.0000',
      first_order_is_retained: false,
    });
  });

  it('prefers the brand of most orders in the period; a tie goes to the one bought last', async () => {
    expect(
      await ann([
        { _pk: 'o1', at: '2025-01-01 10:00:00', brand: 'hats', channel: 'web' },
        { _pk: 'o2', at: '2025-01-02 10:00:00', brand: 'hats', channel: 'web' },
        { _pk: 'o3', at: '2025-01-03 10:00:00', brand: 'hats', channel: 'store', paid: 1 },
        { _pk: 'o4', at: '2026-11-01 10:00:00', brand: 'shoes', channel: 'store', paid: 999 },
      ]),
    ).toMatchObject({
      lifetime_preferred_purchase_brand: 'hats',
      lifetime_preferred_purchase_channel: 'store',
      lifetime_purchase_brands: '2',
      l30d_preferred_purchase_brand: 'shoes',
      l30d_purchase_brands: '1',
      ly12m_preferred_purchase_brand: 'hats',
      l3m_preferred_store_id: null,
      l3m_stores: '0',
    });
  });

  it('counts an order in every period that its day is in, both ends included', async () => {
    expect(
      await ann([
        { _pk: 'today', at: '2026-11-23 23:00:00', paid: 1 },
        { _pk: 'day 30', at: '2026-10-24 00:00:00', paid: 2 },
        { _pk: 'day 31', at: '2026-10-23 23:59:59', paid: 4 },
        { _pk: 'a year ago', at: '2025-11-23 00:00:00', paid: 8 },
        { _pk: 'the year before', at: '2025-11-22 23:59:59', paid: 16 },
        { _pk: 'two years ago', at: '2024-11-22 23:59:59', paid: 32 },
        { _pk: 'tomorrow', at: '2026-11-24 00:00:00', paid: 64 },
      ]),
    ).toMatchObject({
      l30d_order_revenue: '3.0000',
      l3m_order_revenue: '7.0000',
      l6m_order_frequency: '3',
      l12m_order_revenue: '15.0000',
      ly12m_order_revenue: '16.0000',
      lifetime_order_revenue: '63.0000',
      lifetime_average_order_value: '10.5000',
      lifetime_largest_order_value: '32.0000',
    });
  });

  it('gives amounts in the currency of most orders only, and counts orders of all', async () => {
    expect(
      await ann([
        { _pk: 'o1', at: '2026-01-01 10:00:00', paid: 10 },
        { _pk: 'o2', at: '2026-01-02 10:00:00', paid: 30 },
        { _pk: 'o3', at: '2026-01-03 10:00:00', paid: 5000, money: 'JPY' },
      ]),
    ).toMatchObject({
      currency: 'USD',
      lifetime_order_revenue: '40.0000',
      lifetime_average_order_value: '20.0000',
      lifetime_order_frequency: '3',
    });
  });

  it('ranks people into deciles, 10 the best, and joins the three into one number', async () => {
    const numbers = Array.from({ length: 10 }, (_, n) => n);
    const { rows } = await buildSmallTenant({
      sources: [
        customers(
          'web_customers',
          numbers.map((n) => ({ _pk: `p${n}`, number: `N${n}` })),
        ),
        orderLines(
          numbers.map((n) => ({
            _pk: `o${n}`,
            order_number: `o${n}`,
            customer: `N${n}`,
            paid: 100 - n,
            at: `2026-10-1${n} 00:00:00`,
          })),
        ),
      ],
    });

    expect(
      await rows(
        `SELECT l12m_recency, l12m_monetary, l12m_rfm_score FROM customer360.transaction_attributes_extended
         WHERE amp_id IN ('solo p0', 'solo p9') ORDER BY amp_id`,
      ),
    ).toEqual([
      { l12m_recency: '1', l12m_monetary: '10', l12m_rfm_score: '1110' },
      { l12m_recency: '10', l12m_monetary: '1', l12m_rfm_score: '10101' },
    ]);
  });
});
