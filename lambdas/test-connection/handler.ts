import { testConnection } from '../../adapters/couriers/test-connection.ts';
import type { ConnectionTest } from '../../core/contracts/connections.ts';
import { Connection } from '../../core/contracts/sources.ts';
import { courierContext } from '../shared/couriers.ts';
import { placeOfStep } from '../shared/place.ts';

/** Signs in by a connection as the environment's couriers do: in their network, with their rights and no others. */
export const handler = (event: unknown): Promise<ConnectionTest> =>
  testConnection(Connection.parse(event), courierContext(placeOfStep()));
