import { expect, it } from 'vitest';
import { hostedNetwork } from '../../../adapters/couriers/network.ts';
import { testConnection } from '../../../adapters/couriers/test-connection.ts';
import { aConnection, courierContext } from '../../support/couriers.ts';

const hosted = courierContext({}, { network: hostedNetwork });

it.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://2852039166/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
  'http://127.0.0.1:9001/',
  'http://0.0.0.0/',
  'http://[::1]/',
  'http://localhost/',
])('a hosted home does not ask %s', async (base_url) => {
  expect(await testConnection(aConnection('http', { base_url }), hosted)).toMatchObject({
    works: false,
    message: expect.stringContaining('is an address of the platform itself'),
  });
});
