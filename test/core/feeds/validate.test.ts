import { expect, it } from 'vitest';
import { snakeCase } from '../../../core/feeds/columns.ts';
import { validateFeed } from '../../../core/feeds/validate.ts';
import { feedOf } from '../../support/files.ts';

it('a feed that makes sense has no problems', () => {
  expect(validateFeed(feedOf('id,at:Datetime', { last_updated: 'at', time_zone: 'Europe/Paris' }))).toEqual([]);
});

it('a feed is told everything that is wrong with it at once', () => {
  const feed = feedOf('Id,ID,at:Date', { primary_key: ['key'], last_updated: 'at', time_zone: 'Mars/Olympus' });
  const patterns = feed.fields.map((field) => ({ ...field, patterns: ['qq'], semantics: ['birthdat'] }));
  const problems = validateFeed({ ...feed, fields: patterns }).join('\n');
  for (const said of [
    'two fields become column id',
    'primary key column key is none',
    'last_updated column at is a Date',
    'field Id is a String and has date patterns',
    'date pattern "qq" has "q"',
    'time zone "Mars/Olympus" is not known',
    'tag birthdat is not known: the nearest is birthdate',
  ]) {
    expect(problems).toContain(said);
  }
});

it.each([
  ['FirstName', 'first_name'],
  ['E-Mail (work)', 'e_mail_work'],
  ['customerID', 'customer_id'],
  ['HTTPStatus', 'http_status'],
  ['Größe', 'gro_e'],
  ['2nd phone', 'field_2nd_phone'],
])('the field %s becomes the column %s', (field, column) => {
  expect(snakeCase(field)).toBe(column);
});
