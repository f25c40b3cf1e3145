import type { CourierContext } from '../adapters/couriers/kind.ts';
import { machineFolder } from '../adapters/couriers/machine-folder.ts';
import { hostedNetwork } from '../adapters/couriers/network.ts';
import { connectionKind, courierSource, filesNamed } from '../adapters/couriers/registry.ts';
import { formatReader } from '../adapters/files/formats/registry.ts';
import type { Document } from '../core/contracts/configuration.ts';
import type { Courier } from '../core/contracts/sources.ts';
import type { Problem } from '../core/contracts/validation.ts';
import { Configuration } from '../core/environments/configuration.ts';
import { wrong } from '../core/environments/problem.ts';
import { type Validation, validateDocuments } from '../core/environments/validate.ts';
import { TributaryError } from '../core/errors.ts';
import { mayMean } from '../core/feeds/file-pattern.ts';

/** Everything that can be told of a whole configuration, of its couriers' settings and file formats too. */
export function validateConfiguration(values: readonly unknown[]): Validation {
  const found = validateDocuments(values);
  return { ...found, errors: [...found.errors, ...sourceProblems(found.documents)] };
}

/** What the registries of couriers and formats refuse. */
function sourceProblems(documents: readonly Document[]): Problem[] {
  const configuration = new Configuration('', documents);
  const ofConnections = configuration
    .all('connection')
    .flatMap((connection) => refusal(connection.id, 'settings', () => connectionKind(connection).secrets(connection)));
  const isTold = ({ message }: Problem) => ofConnections.some((one) => one.message === message);
  return [
    ...ofConnections,
    ...configuration.all('courier').flatMap((courier) => {
      const open = () => courierSource(courier, nowhere, connectionOf(courier, configuration));
      const refused = refusal(courier.id, 'type', open).filter((one) => !isTold(one));
      return [
        ...refused,
        ...(refused.length === 0 ? nameProblems(courier) : []),
        ...courier.files.flatMap(({ format }, n) =>
          refusal(courier.id, `files.${n}.format`, () => formatReader(format.type)),
        ),
      ];
    }),
  ];
}

/**
 * Files that a courier's settings name and none of its patterns means, or that they name twice: nobody would read them. Those that
 * it writes itself are of one format.
 */
function nameProblems(courier: Courier): Problem[] {
  const { id, files } = courier;
  const named = filesNamed(courier);
  const written = named.flatMap(({ name, format }) =>
    files.flatMap(({ pattern, format: { type } }, n) =>
      format === undefined || type === format || !mayMean(pattern, name)
        ? []
        : [wrong(id, `files.${n}.format.type`, `${name} is written as ${format}: expected that instead of ${type}`)],
    ),
  );
  const isMeant = (name: string) => files.some(({ pattern }) => mayMean(pattern, name));
  const patterns = files.map(({ pattern }) => pattern).join(', ');
  const unread = named.flatMap(({ name, path }, n) => {
    if (named.findIndex((one) => one.name === name) < n)
      return [wrong(id, path, `${name} is the name of another one too: names are unique in a courier`)];
    if (isMeant(name)) return [];
    return [
      wrong(
        id,
        path,
        `${name} is matched by no pattern of the courier's files: expected a name that ${patterns} matches`,
      ),
    ];
  });
  return [...unread, ...written];
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
