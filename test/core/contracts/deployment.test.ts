import { expect, it } from 'vitest';
import { Places, placeOf, placesOf } from '../../../core/contracts/deployment.ts';

const at = { stage: 'prod', account: '111122223333', region: 'eu-west-1', partition: 'aws' };

it('the API is told of sixty tenants with two sandboxes each within the 4 KB that a function has for its variables', () => {
  const names = Array.from({ length: 60 }, (_, n) => `customer-number-${n}`);
  const tenants = Object.fromEntries(names.map((name) => [name, ['production', 'sb-one', 'sb-two']]));
  const said = JSON.stringify({ at, tenants });
  expect(said.length).toBeLessThan(3900);
  const places = placesOf(Places.parse(JSON.parse(said)));
  expect(places).toHaveLength(180);
  expect(places[1]).toEqual(placeOf(at, { tenant: 'customer-number-0', environment: 'sb-one' }));
});
