import { describe, expect, it } from 'vitest';
import { columnOfTag, tagRule, tagRules } from '../../../core/semantics/registry.ts';
import { validateTags } from '../../../core/semantics/validate.ts';

const column = (name: string, type: string, ...semantics: string[]) => ({ name, type, semantics });

describe('tags of a table', () => {
  it('are accepted when each stands once and on a fitting column', () => {
    const columns = [
      column('first', 'String', 'given-name'),
      column('mail', 'String', 'email'),
      column('work_mail', 'String', 'email-work'),
      column('second_phone', 'String', 'phone-2'),
      column('born', 'Date', 'birthdate'),
      column('loyalty', 'Integer', 'fk-loyalty', 'loyalty-id-2'),
      column('job', 'String', 'evidence-occupation'),
      column('nothing', 'Float'),
    ];
    expect(validateTags(columns.filter(({ name }) => name !== 'loyalty'))).toEqual([]);
    expect(validateTags(columns)).toEqual([
      expect.stringContaining('column loyalty: tag loyalty-id-2 is on an Integer: expected a String'),
    ]);
  });

  it.each([
    ['givenname', 'given-name'],
    ['first_name', 'surname'],
    ['e-mail', 'email'],
    ['txn-item/order-idd', 'txn-item/order-id'],
    ['postal_code', 'postal'],
  ])('that are not known are refused: %s', (tag, nearest) => {
    const [problem] = validateTags([column('x', 'String', tag)]);
    expect(problem).toMatch(new RegExp(`tag ${tag} is not known: the nearest is `));
    if (nearest !== 'surname') expect(problem).toContain(nearest);
  });

  it.each(['fk', 'fk-', 'evidence-', 'bk'])('in a namespace need a name: %s', (tag) => {
    expect(validateTags([column('x', 'String', tag)])[0]).toMatch(/expected one such as/);
  });

  it('may not be doubled', () => {
    const problems = validateTags([
      column('a', 'String', 'email'),
      column('b', 'String', 'email'),
      column('c', 'String', 'surname', 'surname'),
    ]);
    expect(problems).toEqual([
      'tag email is on columns a, b: expected it once a table, or with endings such as email-2',
      'tag surname is on columns c, c: expected it once a table',
    ]);
  });

  it.each([
    ['birthdate', 'String', 'a Date'],
    ['phone', 'Integer', 'a String'],
    ['postal', 'Integer', 'a String'],
    ['update-dt', 'Date', 'a Datetime'],
    ['txn-item/item-quantity', 'String', 'an Integer, a Decimal or a Float'],
  ])('%s on a column of type %s are refused', (tag, type, expected) => {
    expect(validateTags([column('x', type, tag)])[0]).toContain(`expected ${expected}`);
  });

  it('of transactions name the required ones that are missing, and whose order it is', () => {
    const problems = validateTags([
      column('o', 'String', 'txn-item/order-id'),
      column('w', 'String', 'txn-item/gift-wrap'),
    ]);
    expect(problems[0]).toContain('lacks txn-item/product-id, txn-item/order-datetime');
    expect(problems[1]).toContain('fk-[namespace] or txn-item/customer-id');
  });
});

describe('the registry', () => {
  it('holds every tag once', () => {
    expect(new Set(tagRules.map(({ tag }) => tag)).size).toBe(tagRules.length);
  });

  it('names columns after tags', () => {
    expect(['given-name', 'txn-item/order-id', 'email-2', 'fk-web'].map(columnOfTag)).toEqual([
      'given_name',
      'order_id',
      'email_2',
      'fk_web',
    ]);
  });

  it('takes an ending for the base tag with the longest name', () => {
    expect(tagRule('loyalty-id-web')).toMatchObject({ column: 'string', group: '' });
    expect(tagRule('given-name-2')).toBeUndefined();
  });
});
