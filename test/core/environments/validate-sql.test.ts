import { describe, expect, test } from 'vitest';
import { validateDocuments } from '../../../core/environments/validate.ts';
import { errors, shop } from '../../support/validating.ts';

const table = (name: string, sql: string) => ({ id: `table/${name}`, database: 'customer360', name, sql });
const custom = (name: string, sql: string, rest: object = {}) => ({
  id: `domain-table/${name}`,
  name,
  sql,
  primary_key: ['id'],
  ...rest,
});

describe('SQL', () => {
  test('that reads a table which no document makes is refused with the nearest', () => {
    const found = errors(shop({}, table('one', 'SELECT * FROM domain.web_customer')));
    expect(found).toEqual([expect.stringMatching(/^table\/one sql: .*did you mean domain\.web_customers/)]);
  });

  test('that is no SELECT is refused', () => {
    expect(errors(shop({}, table('one', 'DROP TABLE domain.web_customers')))).toHaveLength(1);
    expect(errors(shop({}, custom('one', 'SELECT id FROM')))).toHaveLength(1);
  });

  test('that reads a core table which the tags do not allow yet is a warning', () => {
    const loyalty = table('members', 'SELECT * FROM customer360.unified_loyalty');
    expect(validateDocuments(shop({}, loyalty))).toMatchObject({
      errors: [],
      warnings: [{ id: 'table/members', message: expect.stringContaining('once a table has the tags') }],
    });
  });

  test('of tables that read each other in a circle is refused with the path of the circle', () => {
    const circle = [
      custom('first', 'SELECT id FROM domain.third'),
      custom('second', 'SELECT id FROM domain.first'),
      custom('third', 'SELECT id FROM domain.second'),
    ];
    const found = errors(shop({}, ...circle));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/domain\.\w+ → domain\.\w+ → domain\.\w+ → domain\.\w+/);
  });

  test.each([
    ['SELECT id, emial FROM domain.web_customers', 'emial in domain.web_customers: did you mean email?'],
    ['SELECT c.id FROM web_customers c WHERE c.shoe = 1', 'shoe in domain.web_customers: expected one of id, '],
    [
      'SELECT b.id FROM domain.born b WHERE b.birth_day IS NOT NULL',
      'birth_day in domain.born: did you mean birth_date?',
    ],
    ['SELECT m.amp_id, m.ciyt FROM merged_customers m', 'ciyt in customer360.merged_customers: did you mean city?'],
    ['SELECT birth_date, shoe FROM domain.born JOIN web_lines USING (id)', 'shoe: expected one of id, birth_date'],
  ])('that asks a table for a column that it will not have is refused with the nearest: %s', (sql, expected) => {
    const born = custom('born', 'SELECT id, birth_date FROM domain.web_customers');
    const found = errors(shop({}, born, table('one', sql)));
    expect(found).toEqual([expect.stringContaining(`table/one sql: there is no column ${expected}`)]);
  });

  test('may ask for columns that lists are opened to, that it names itself, or that every table has', () => {
    const sql = `WITH words AS (SELECT id, w.word, _updated + _load AS at FROM web_customers CROSS JOIN UNNEST(split(email, '@')) AS w(word))
SELECT n.key, n.word, m.surname FROM words AS n(key, word, at) JOIN merged_customers m ON m.amp_id = n.key ORDER BY at`;
    expect(errors(shop({}, table('one', sql)))).toEqual([]);
    expect(
      errors(shop({}, custom('all', 'SELECT * FROM web_customers'), table('two', 'SELECT a.any FROM "all" a'))),
    ).toEqual([]);
  });

  test('of a custom domain table may read another one, and its tags may stand on any fitting type', () => {
    const born = custom('born', 'SELECT id, birth_date FROM domain.web_customers', {
      semantics: { birth_date: ['birthdate'] },
    });
    expect(errors(shop({}, born, custom('older', 'SELECT id FROM domain.born')))).toEqual([]);
  });
});

describe('a custom domain table', () => {
  const customers = 'domain.web_customers';

  test('whose SQL gives no such column as its key, its tags or its last update is refused with those that it gives', () => {
    const wrong = custom('one', `SELECT id, birth_date FROM ${customers}`, {
      primary_key: ['id', 'shop'],
      last_updated: 'changed',
      semantics: { born: ['birthdate'] },
    });
    const expected = 'expected one of id, birth_date';
    expect(errors(shop({}, wrong))).toEqual([
      `domain-table/one primary_key.1: the SQL gives no column shop: ${expected}`,
      `domain-table/one last_updated: the SQL gives no column changed: ${expected}`,
      `domain-table/one semantics.born: the SQL gives no column born: ${expected}`,
    ]);
  });

  test('that has a tag on a column of another type is refused, through tables that it reads too', () => {
    const first = custom('first', `SELECT id, CAST(birth_date AS varchar) AS born FROM ${customers}`);
    const second = custom('second', 'SELECT f.* FROM domain.first f', { semantics: { born: ['birthdate'] } });
    expect(errors(shop({}, second, first))).toEqual([
      'domain-table/second semantics.born: column born: tag birthdate is on a String: expected a Date; cast it in the SQL',
    ]);
  });

  test('that was last updated at a number is refused, through tables that it reads too', () => {
    const first = custom('first', `SELECT id, CAST(42 AS bigint) AS changed FROM ${customers}`);
    const second = custom('second', 'SELECT f.* FROM domain.first f', { last_updated: 'changed' });
    expect(errors(shop({}, second, first))).toEqual([
      'domain-table/second last_updated: the column changed is Integer: expected a Datetime or a Date',
    ]);
  });

  test('whose columns can only be told when it runs is taken', () => {
    const key = { primary_key: ['word'] };
    const opened = `SELECT * FROM ${customers} CROSS JOIN UNNEST(split(id, ' ')) AS w(word)`;
    const counted = `SELECT n.* FROM ${customers} AS n(word, two)`;
    const moment = `SELECT from_unixtime(42) AS at, id AS word FROM ${customers}`;
    expect(errors(shop({}, custom('opened', opened, key)))).toEqual([]);
    expect(errors(shop({}, custom('counted', counted, key)))).toEqual([]);
    expect(errors(shop({}, custom('moment', moment, { ...key, last_updated: 'at' })))).toEqual([]);
  });
});

test('two documents that make one table are refused', () => {
  expect(
    errors(shop({}, custom('web_customers'.replace('_', '-'), 'SELECT 1 AS id', { name: 'web_customers' }))),
  ).toEqual([expect.stringContaining('feed/web-customers makes the table domain.web_customers already')]);
});
