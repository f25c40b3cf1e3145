import type { DatabaseTable } from '../../contracts/customer360.ts';

/** The one table to start from: a person in a row. A tenant joins to it what it needs. */
export const customer360: DatabaseTable = {
  id: 'table/customer-360',
  database: 'customer360',
  name: 'customer_360',
  description: 'One row a person, with what people are looked up by. Join to it what you need.',
  view: true,
  sql: `SELECT
  m.amp_id,
  m.given_name,
  m.surname,
  m.email,
  m.phone,
  m.address,
  m.city,
  m.state,
  m.postal,
  m.birthdate,
  m.gender
FROM customer360.merged_customers m`,
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
  },
};
