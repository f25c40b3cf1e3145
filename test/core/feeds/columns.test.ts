import { expect, it } from 'vitest';
import { snakeCase } from '../../../core/feeds/columns.ts';

it.each([
  ['FirstName', 'first_name'],
  ['E-Mail (work)', 'e_mail_work'],
  ['customerID', 'customer_id'],
  ['HTTPStatus', 'http_status'],
  ['Größe', 'grosse'],
  ['2nd phone', 'field_2nd_phone'],
])('the field %s becomes the column %s', (field, column) => {
  expect(snakeCase(field)).toBe(column);
});
