import type { CourierContext } from '../adapters/couriers/kind.ts';
import { machineFolder } from '../adapters/couriers/machine-folder.ts';
import { hostedNetwork } from '../adapters/couriers/network.ts';
import { connectionKind, courierSource } from '../adapters/couriers/registry.ts';
import { formatReader } from '../adapters/files/formats/registry.ts';
import type { Document } from '../core/contracts/configuration.ts';
import type { Courier } from '../core/contracts/sources.ts';
import type { Problem } from '../core/contracts/validation.ts';
import { Configuration } from '../core/environments/configuration.ts';
import { wrong } from '../core/environments/problem.ts';
import { type Validation, validateDocuments } from '../core/environments/validate.ts';
import { TributaryError } from '../core/errors.ts';

/** Everything that can be told of a whole configuration, of its couriers' settings and file formats too. */
export function validateConfiguration(values: readonly unknown[]): Validation {
  const found = validateDocuments(values);
  return { ...found, errors: [...found.errors, ...sourceProblems(found.documents)] };
}

/** What the registries of couriers and formats refuse. */
function sourceProblems(documents: readonly Document[]): Problem[] {
  const configuration = new Configuration('', documents);
  return [
    ...configuration
      .all('connection')
      .flatMap((connection) =>
        refusal(connection.id, 'settings', () => connectionKind(connection).secrets(connection)),
      ),
    ...configuration
      .all('courier')
      .flatMap((courier) => [
        ...refusal(courier.id, 'type', () => courierSource(courier, nowhere, connectionOf(courier, configuration))),
        ...courier.files.flatMap(({ format }, n) =>
          refusal(courier.id, `files.${n}.format`, () => formatReader(format.type)),
        ),
      ]),
  ];
}

/** Settings are read, and nothing is asked. */
const nowhere: CourierContext = {
  openFolder: machineFolder,
  openStream: machineFolder,
  secrets: { get: async () => undefined },
  network: hostedNetwork,
};

const connectionOf = (courier: Courier, configuration: Configuration) =>
  courier.connection === undefined ? undefined : configuration.find('connection', courier.connection);

function refusal(id: string, path: string, check: () => unknown): Problem[] {
  try {
    check();
    return [];
  } catch (cause) {
    if (cause instanceof TributaryError) return [wrong(id, path, cause.message)];
    throw cause;
  }
}
