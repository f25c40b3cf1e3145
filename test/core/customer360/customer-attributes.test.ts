import { describe, expect, it } from 'vitest';
import { buildSmallTenant, type Source } from './small-tenant.ts';
import { customers, orderLines } from './sources.ts';

const emailConsents: Source = {
  name: 'news_consents',
  columns: { mail: ['String', 'email-opt/email'], yes: ['Boolean', 'email-opt/is-email-opted-in'] },
  rows: [
    { _pk: '1', mail: 'ANN@x.com', yes: false, _updated: 1 },
    { _pk: '2', mail: 'ann@x.com', yes: true, _updated: 2 },
    { _pk: '3', mail: 'bob@x.com', yes: true, _updated: 1 },
    { _pk: '4', mail: 'Bob@x.com', yes: false, _updated: 2 },
    { _pk: '5', mail: 'old@x.com', yes: true, _updated: 1 },
  ],
};

/** Each person with one order so many days before 2026-11-23; 0 orders for undefined. */
async function statesAfter(days: (number | undefined)[]) {
  const day = (ago: number) => new Date(Date.parse('2026-11-23') - ago * 86_400_000).toISOString().slice(0, 10);
  const { rows } = await buildSmallTenant({
    sources: [
      customers(
        'web_customers',
        days.map((_, n) => ({ _pk: `${n}`, number: `N${n}` })),
      ),
      orderLines(
        days.flatMap((ago, n) =>
          ago === undefined
            ? []
            : [{ _pk: `o${n}`, order_number: `o${n}`, customer: `N${n}`, at: `${day(ago)} 12:00:00` }],
        ),
      ),
    ],
  });
  return rows('SELECT * FROM customer360.customer_attributes ORDER BY amp_id');
}

describe('customer_attributes', () => {
  it('tells where people are in their life as a customer', async () => {
    const states = await statesAfter([30, 31, 365, 366, 730, 731, undefined]);
    expect(states.map((row) => row.historical_purchaser_lifecycle_status)).toEqual([
      'New',
      'Active',
      'Active',
      'Lapsed',
      'Lapsed',
      'Dormant',
      'Prospect',
    ]);
    expect(states.map((row) => row.is_purchaser).filter(Boolean)).toHaveLength(6);
  });

  it('tells how far people have drifted away, and since when', async () => {
    const states = await statesAfter([60, 61, 121, 241, 366, 731, undefined]);
    expect(states.map((row) => row.churn_trigger)).toEqual([
      'Active',
      'Cooling down',
      'At risk',
      'Highly at risk',
      'Lost',
      null,
      null,
    ]);
    expect(states[1]).toMatchObject({ churn_trigger_start_datetime: '2026-11-22 12:00:00' });
  });

  it('takes the latest consent for the merged e-mail as leave to write to it', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'ann', mail: 'Ann@X.com' },
          { _pk: 'bob', mail: 'bob@x.com' },
          { _pk: 'cat new', mail: 'new@x.com', changed: '2026-01-01 00:00:00' },
          { _pk: 'cat old', mail: 'old@x.com', changed: '2025-01-01 00:00:00' },
        ]),
        orderLines([{ _pk: '1', order_number: 'o1' }]),
        emailConsents,
      ],
      people: {
        'web_customers ann': 'ann',
        'web_customers bob': 'bob',
        'web_customers cat new': 'cat',
        'web_customers cat old': 'cat',
      },
    });

    expect(
      await rows(
        'SELECT amp_id, contactable_email, is_opted_into_email FROM customer360.customer_attributes ORDER BY 1',
      ),
    ).toEqual([
      { amp_id: 'ann', contactable_email: true, is_opted_into_email: true },
      { amp_id: 'bob', contactable_email: false, is_opted_into_email: false },
      { amp_id: 'cat', contactable_email: false, is_opted_into_email: true },
    ]);
  });

  it('takes a complete address as leave where nobody was asked, and a bare name as none', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'full', mail: 'a@x.com', street: '1 Main', town: 'Peoria', region: 'IL', zip: '61602' },
          { _pk: 'name', given: 'Ann', last: 'Lee' },
        ]),
        orderLines([{ _pk: '1', order_number: 'o1' }]),
      ],
    });

    expect(await rows('SELECT * FROM customer360.customer_attributes ORDER BY amp_id')).toMatchObject([
      {
        contactable_email: true,
        contactable_phone: false,
        contactable_address: true,
        contactable_global: true,
        is_opted_into_email: null,
        is_no_pii_amp_id: false,
      },
      { contactable_email: false, contactable_address: false, contactable_global: false, is_no_pii_amp_id: false },
    ]);
  });

  it('names one primary buyer a household', async () => {
    const home = { last: 'Lee', street: '1 Main', town: 'Peoria', region: 'IL', zip: '61602' };
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'big', number: 'A', ...home },
          { _pk: 'small', number: 'B', ...home },
        ]),
        orderLines([
          { _pk: '1', order_number: 'o1', customer: 'A', paid: 90, at: '2026-01-01 00:00:00' },
          { _pk: '2', order_number: 'o2', customer: 'B', paid: 10, at: '2026-01-01 00:00:00' },
        ]),
      ],
    });

    expect(
      await rows('SELECT amp_id, is_primary_buyer_household FROM customer360.customer_attributes ORDER BY 1'),
    ).toEqual([
      { amp_id: 'solo big', is_primary_buyer_household: true },
      { amp_id: 'solo small', is_primary_buyer_household: false },
    ]);
  });
});
