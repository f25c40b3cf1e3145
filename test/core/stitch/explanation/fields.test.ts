import { describe, expect, test } from 'vitest';
import { agreedValues, valuesOf, without, withValueOf } from '../../../../core/stitch/explanation/fields.ts';

const ada = {
  given_name: 'ADA',
  email: 'ADA@EXAMPLE.ORG',
  emails: ['ADA@EXAMPLE.ORG', 'LOVELACE@EXAMPLE.ORG'],
  ...{ street: '12 HILL STREET', address: '12 HILL STREET 3', postal: '10001', city: 'NEW YORK' },
};
const work = { given_name: 'ADAH', email: 'LOVELACE@EXAMPLE.ORG', postal: '10001' };

describe('a field of a record', () => {
  test('holds every address of a person who has several', () => {
    expect(valuesOf(ada, 'email')).toEqual(['ADA@EXAMPLE.ORG', 'LOVELACE@EXAMPLE.ORG']);
    expect(valuesOf(work, 'phone')).toEqual([]);
  });

  test('agrees with another in what both hold, or, where they are only alike, in the values of both', () => {
    expect(agreedValues(ada, work, 'email')).toEqual(['LOVELACE@EXAMPLE.ORG']);
    expect(agreedValues(ada, work, 'given_name')).toEqual(['ADA', 'ADAH']);
  });

  test('keeps its other addresses when one is taken away', () => {
    expect(without(ada, 'email', ['ADA@EXAMPLE.ORG'])).toMatchObject({
      email: 'LOVELACE@EXAMPLE.ORG',
      emails: ['LOVELACE@EXAMPLE.ORG'],
    });
    expect(without(work, 'email', ['LOVELACE@EXAMPLE.ORG'])).toEqual({ given_name: 'ADAH', postal: '10001' });
  });

  test('goes with all that it is made of: an address with its street, postal code and city', () => {
    expect(Object.keys(without(ada, 'address', valuesOf(ada, 'address')))).toEqual(['given_name', 'email', 'emails']);
    expect(withValueOf(work, 'address', ada)).toMatchObject({ street: '12 HILL STREET', city: 'NEW YORK' });
  });
});
