import { describe, expect, it } from 'vitest';
import { buildSmallTenant } from './small-tenant.ts';
import { customers } from './sources.ts';

const address = { street: '1 Main St', town: 'Springfield', region: 'IL', zip: '62701' };

describe('merged_customers', () => {
  it('takes each group of fields from the most complete record, whatever the priority of its source', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [{ _pk: 'w', given: 'Ann', mail: 'ann@web.com', ...address }]),
        customers('shop_customers', [{ _pk: 's', given: 'Anna', last: 'Lee', street: '9 Elm Rd', town: 'Peoria' }]),
      ],
      people: { 'web_customers w': 'ann', 'shop_customers s': 'ann' },
      mergePolicy: [
        { datasource: 'shop_customers', priority: 1 },
        { datasource: 'web_customers', priority: 2 },
      ],
    });

    expect(await rows('SELECT * FROM customer360.merged_customers')).toMatchObject([
      {
        amp_id: 'ann',
        given_name: 'Anna',
        surname: 'Lee',
        name_pk: 's',
        name_datasource: 'shop_customers',
        name_priority: '1',
        name_completion: 1,
        email: 'ann@web.com',
        email_pk: 'w',
        address: '1 Main St',
        city: 'Springfield',
        address_pk: 'w',
        address_priority: '2',
        address_completion: 4,
      },
    ]);
  });

  it('never mixes the addresses of two records', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'new', ...address, changed: '2026-02-01 00:00:00' },
          {
            _pk: 'old',
            ...address,
            street: '7 Oak Ave',
            street2: 'Apt 5',
            town: 'Peoria',
            changed: '2025-01-01 00:00:00',
          },
        ]),
      ],
      people: { 'web_customers new': 'ann', 'web_customers old': 'ann' },
    });

    expect(await rows('SELECT address, address2, city, address_pk FROM customer360.merged_customers')).toEqual([
      { address: '1 Main St', address2: null, city: 'Springfield', address_pk: 'new' },
    ]);
  });

  it('decides equally complete records by the priority of the group, then of the source, then the latest update, then the pk', async () => {
    const record = { given: 'A', last: 'B', mail: 'a@x.com', tel: '1' };
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'w2', ...record, changed: '2026-01-01 00:00:00' },
          { _pk: 'w1', ...record, changed: '2026-01-01 00:00:00' },
          { _pk: 'w0', ...record },
        ]),
        customers('shop_customers', [{ _pk: 's', ...record, changed: '2020-01-01 00:00:00' }]),
        customers('other_customers', [{ _pk: 'o', ...record, changed: '2026-09-09 00:00:00' }]),
      ],
      people: Object.fromEntries(
        ['web_customers w0', 'web_customers w1', 'web_customers w2', 'shop_customers s', 'other_customers o'].map(
          (record) => [record, 'ann'],
        ),
      ),
      mergePolicy: [
        { datasource: 'web_customers', priority: 1 },
        { datasource: 'shop_customers', priority: 2, email: 0 },
      ],
    });

    expect(await rows('SELECT name_pk, email_pk, email_priority, phone_pk FROM customer360.merged_customers')).toEqual([
      { name_pk: 'w1', email_pk: 's', email_priority: '0', phone_pk: 'w1' },
    ]);
  });

  it('counts bad values as absent, and all parts of a bad address', async () => {
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [{ _pk: 'w', mail: 'shop@shop.com', ...address, changed: '2026-01-01 00:00:00' }]),
        customers('shop_customers', [{ _pk: 's', mail: 'ann@x.com', town: 'Peoria', changed: '2020-01-01 00:00:00' }]),
      ],
      people: {
        'web_customers w': { amp_id: 'ann', blv_email: true, blv_address: true },
        'shop_customers s': 'ann',
      },
    });

    expect(await rows('SELECT email, address, city, address_completion FROM customer360.merged_customers')).toEqual([
      { email: 'ann@x.com', address: null, city: 'Peoria', address_completion: 1 },
    ]);
  });
});

describe('merged_households', () => {
  it('puts people of one surname at one address together however it is written, and nobody else', async () => {
    const home = { last: 'Lee', street: '12 N. Main St., Apt 4', town: 'Springfield', region: 'IL', zip: '62701-1234' };
    const { rows } = await buildSmallTenant({
      sources: [
        customers('web_customers', [
          { _pk: 'a', ...home },
          { _pk: 'b', ...home, street: '12 north MAIN street #4', region: 'Illinois', zip: '62701' },
          { _pk: 'c', ...home, street: '12 N Main St', street2: 'Unit 4' },
          { _pk: 'other flat', ...home, street: '12 N Main St Apt 5' },
          { _pk: 'other name', ...home, last: 'Poe' },
          { _pk: 'no zip', ...home, zip: null },
        ]),
      ],
    });

    expect(
      await rows(
        `SELECT string_agg(replace(amp_id, 'solo ', ''), ',' ORDER BY amp_id) AS people, max(household_size) AS size
         FROM customer360.merged_households GROUP BY household_id ORDER BY 1`,
      ),
    ).toEqual([
      { people: 'a,b,c', size: '3' },
      { people: 'other flat', size: '1' },
      { people: 'other name', size: '1' },
    ]);
    expect(await rows('SELECT household_id FROM customer360.merged_households LIMIT 1')).toEqual([
      { household_id: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
    ]);
  });
});
