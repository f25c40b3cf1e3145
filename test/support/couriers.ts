import type { CourierContext } from '../../adapters/couriers/kind.ts';
import { machineFolder } from '../../adapters/couriers/machine-folder.ts';
import { laptopNetwork } from '../../adapters/couriers/network.ts';
import { connectionSecret } from '../../core/connections/secrets.ts';
import { Connection } from '../../core/contracts/sources.ts';

/** What a laptop gives to its couriers; `secrets` are those of the connection `connection/test`. */
export const courierContext = (
  secrets: Readonly<Record<string, string>> = {},
  also: Partial<CourierContext> = {},
): CourierContext => ({
  openFolder: machineFolder,
  openStream: machineFolder,
  secrets: {
    get: async (name) =>
      Object.entries(secrets).find(([secret]) => connectionSecret('connection/test', secret) === name)?.[1],
  },
  network: laptopNetwork,
  ...also,
});

export const aConnection = (type: string, settings: Record<string, unknown>): Connection =>
  Connection.parse({ id: 'connection/test', type, settings });
