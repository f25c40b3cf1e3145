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

  test('of a custom domain table may read another one, and its tags may stand on any fitting type', () => {
    const born = custom('born', 'SELECT id, birth_date FROM domain.web_customers', {
      semantics: { birth_date: ['birthdate'] },
    });
    expect(errors(shop({}, born, custom('older', 'SELECT id FROM domain.born')))).toEqual([]);
  });
});

test('two documents that make one table are refused', () => {
  expect(
    errors(shop({}, custom('web_customers'.replace('_', '-'), 'SELECT 1 AS id', { name: 'web_customers' }))),
  ).toEqual([expect.stringContaining('feed/web-customers makes the table domain.web_customers already')]);
});
