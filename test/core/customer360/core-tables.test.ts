import { describe, expect, it } from 'vitest';
import { coreTables } from '../../../core/customer360/core-tables.ts';
import { mergePolicySql } from '../../../core/customer360/merge-policy.ts';
import { stitchRecordsSql } from '../../../core/customer360/unified-records.ts';
import { buildSmallTenant, type Source, taggedTable } from './small-tenant.ts';
import { customers, orderLines } from './sources.ts';

const options = { mergePolicy: { sources: [] }, currency: 'USD' };

const members: Source = {
  name: 'club_members',
  columns: {
    card: ['String', 'loy/loyalty-id', 'fk-card'],
    in: ['Boolean', 'loy/is-opted-in'],
    since: ['Datetime', 'loy/latest-opted-in-datetime'],
    tier: ['String', 'loy/current-tier'],
    pet: ['String', 'loy/favourite-pet'],
  },
  rows: [
    { _pk: '1', card: 'c1', in: true, tier: 'gold', pet: 'cat' },
    { _pk: '2', card: 'c9', in: false },
  ],
};

const days: Source = {
  name: 'calendar_days',
  columns: {
    day: ['Date', 'fiscal/calendar-date'],
    year: ['Integer', 'fiscal/fiscal-year'],
    week: ['Integer', 'fiscal/fiscal-week-number'],
    monday: ['Date', 'fiscal/fiscal-week-start'],
  },
  rows: [
    { _pk: '1', day: '2026-01-05', year: 2026, week: 1, monday: '2026-01-05' },
    { _pk: '2', day: '2026-01-11', year: 2026, week: 1, monday: '2026-01-05' },
  ],
};

describe('core tables', () => {
  it('are only those whose tags are in use', () => {
    const names = (sources: Source[]) => coreTables(sources.map(taggedTable), options).map(({ name }) => name);

    expect(names([customers('web_customers', [])])).toEqual([
      'unified_coalesced',
      'unified_customer',
      'unified_preprocessed_raw',
      'unified_scores',
      'merge_policy',
    ]);
    expect(names([days])).toEqual(['fiscal_calendar']);
    expect(names([orderLines([])])).toEqual(['order_owners', 'unified_itemized_transactions', 'unified_transactions']);
  });

  it('are the same text whatever the order of the tables', () => {
    const tables = [customers('web_customers', []), customers('shop_customers', []), orderLines([]), members].map(
      taggedTable,
    );

    const texts = (some: typeof tables) => JSON.stringify(coreTables(some, options));
    expect(texts([...tables].reverse())).toBe(texts(tables));
  });

  it('give Stitch a column for every tag, ordinals apart, and show people all of them joined', async () => {
    const source: Source = {
      name: 'crm_contacts',
      stitched: true,
      columns: {
        mail: ['String', 'email'],
        mail_two: ['String', 'email-1'],
        mail_work: ['String', 'email-work'],
        zip: ['Integer', 'postal'],
        club: ['String', 'fk-club'],
        apart: ['String', 'sk-tax-number'],
      },
      rows: [
        { _pk: '1', mail: 'a@x.com', mail_two: 'b@x.com', zip: 61602, club: 'C' },
        { _pk: '2', mail_work: 'w@x.com' },
      ],
    };
    const { rows } = await buildSmallTenant({ sources: [source] });

    const records = await rows(stitchRecordsSql([taggedTable(source)]));
    expect(records[0]).toMatchObject({
      datasource: 'crm_contacts',
      pk: '1',
      email: 'a@x.com',
      email_1: 'b@x.com',
      email_work: null,
      postal: '61602',
      fk_club: 'C',
      sk_tax_number: null,
      given_name: null,
    });
    expect(
      await rows('SELECT email, email_1, email_work, amp_id FROM customer360.unified_coalesced ORDER BY pk'),
    ).toEqual([
      { email: 'a@x.com,b@x.com', email_1: 'b@x.com', email_work: null, amp_id: 'solo 1' },
      { email: 'w@x.com', email_1: null, email_work: 'w@x.com', amp_id: 'solo 2' },
    ]);
    expect(await rows('SELECT email FROM customer360.merged_customers ORDER BY amp_id')).toEqual([
      { email: 'a@x.com' },
      { email: 'w@x.com' },
    ]);
  });

  it('leave bad values and supersized clusters out of unified_customer, and keep them in unified_coalesced', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: '1', mail: 'shop@x.com', given: 'Ann' },
          { _pk: '2', mail: 'crowd@x.com' },
        ]),
      ],
      people: {
        'web_customers 1': { amp_id: 'ann', blv_email: true },
        'web_customers 2': { amp_id: 'crowd', is_supersized: true, supersized_id: 7 },
      },
    });

    expect(await rows('SELECT amp_id, given_name, email FROM customer360.unified_customer')).toEqual([
      { amp_id: 'ann', given_name: 'Ann', email: null },
    ]);
    expect(await rows('SELECT email FROM customer360.unified_coalesced ORDER BY pk')).toEqual([
      { email: 'shop@x.com' },
      { email: 'crowd@x.com' },
    ]);
  });

  it('give members their person, and keep tags of your own', async () => {
    const web = customers('web_customers', [{ _pk: 'ann', number: 'A1' }]);
    const { rows } = await buildSmallTenant({
      sources: [
        {
          ...web,
          columns: { ...web.columns, card: ['String', 'fk-card'] },
          rows: [{ _pk: 'ann', card: 'C1' }],
        },
        members,
      ],
      people: { 'web_customers ann': 'ann' },
    });

    expect(
      await rows('SELECT amp_id, loyalty_id, is_opted_in, favourite_pet FROM customer360.unified_loyalty ORDER BY pk'),
    ).toEqual([
      { amp_id: 'ann', loyalty_id: 'c1', is_opted_in: true, favourite_pet: 'cat' },
      { amp_id: null, loyalty_id: 'c9', is_opted_in: false, favourite_pet: null },
    ]);
  });

  it('show the fiscal week of each order, with its last day in the calendar', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [{ _pk: 'ann', number: 'A1' }]),
        orderLines([{ _pk: '1', order_number: 'o1', at: '2026-01-11 09:00:00' }]),
        days,
      ],
    });

    expect(await rows('SELECT fiscal_year, fiscal_week_number FROM customer360.unified_transactions')).toEqual([
      { fiscal_year: '2026', fiscal_week_number: '1' },
    ]);
    expect(await rows('SELECT DISTINCT fiscal_week_end FROM customer360.fiscal_calendar')).toEqual([
      { fiscal_week_end: '2026-01-11' },
    ]);
  });

  it('hold products and e-mail events of all sources', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [{ _pk: 'ann' }]),
        {
          name: 'web_products',
          columns: {
            sku: ['String', 'pc/product-id'],
            price: ['Decimal(38,2)', 'pc/product-msrp'],
            hue: ['String', 'pc/product-color'],
          },
          rows: [{ _pk: 's', sku: 's', price: 9.5, hue: 'red' }],
        },
        {
          name: 'mail_events',
          columns: {
            mail: ['String', 'email-event/email'],
            what: ['String', 'email-event/event-type'],
            at: ['Datetime', 'email-event/event-datetime'],
          },
          rows: [{ _pk: 'e', mail: 'a@x.com', what: 'Open', at: '2026-01-01 00:00:00' }],
        },
      ],
    });

    expect(await rows('SELECT * FROM customer360.unified_product_catalog')).toEqual([
      { datasource: 'web_products', pk: 's', product_id: 's', product_msrp: '9.5000', product_color: 'red' },
    ]);
    expect(await rows('SELECT email, event_type, brand FROM customer360.unified_email_events')).toEqual([
      { email: 'a@x.com', event_type: 'Open', brand: null },
    ]);
  });
});

it('refuses a priority that can not decide a merge, by name of its source', () => {
  expect(() => mergePolicySql({ sources: [{ datasource: 'web_customers', priority: -1 }] })).toThrow(
    /gives web_customers the priority -1: expected 0 to 99999/,
  );
});
