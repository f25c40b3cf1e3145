import { expect, test } from 'vitest';
import { compareRecords } from '../../../core/customer360/alike.ts';

test('two records are alike where they say the same in any writing, and unlike where they do not', () => {
  const one = {
    given_name: 'Ada',
    surname: "O'Hara",
    email: 'ADA+shop@Example.com',
    phone: '+1 415-555-0100',
    city: 'Bonn',
  };
  const other = { given_name: 'Eve', surname: 'OHARA', email: 'ada@example.com', phone: '4155550100', postal: '53111' };
  expect(compareRecords(one, other)).toEqual({ alike: ['surname', 'email', 'phone'], unlike: ['given_name'] });
});

test('of several numbers one in common is enough', () => {
  const one = { phone: '4155550100,4155550199' };
  expect(compareRecords(one, { phone: '415 555 0199' })).toEqual({ alike: ['phone'], unlike: [] });
  expect(compareRecords(one, { phone: '415 555 0198' })).toEqual({ alike: [], unlike: ['phone'] });
});

test('how records were handled is no likeness', () => {
  const record = {
    amp_id: 'a',
    pk: '1',
    ck: '1',
    rep_pk: '1',
    update_dt: '2026-11-01',
    blv_email: 'x',
    component_id: 'c',
  };
  expect(compareRecords(record, record)).toEqual({ alike: [], unlike: [] });
});
