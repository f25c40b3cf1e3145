import type { z } from 'zod';
import { readConnectionSecret } from '../../core/connections/secrets.ts';
import type { Connection, Courier } from '../../core/contracts/sources.ts';
import { problems } from '../../core/environments/field-problems.ts';
import { InvalidInput } from '../../core/errors.ts';
import type { CourierSource } from '../../core/feeds/port.ts';
import type { Secrets } from '../../core/ports.ts';
import type { Network } from './network.ts';

/** What a home gives to its couriers. */
export interface CourierContext {
  /** The folder of its inbox that a path of a courier's settings means; `courier` is whom an error speaks of. */
  openFolder(path: string, courier: string): CourierSource;
  /** The closed files of a stream, by its id. */
  openStream(stream: string, courier: string): CourierSource;
  /** What connections sign in with. */
  secrets: Pick<Secrets, 'get'>;
  /** Addresses that may be reached from it. */
  network: Network;
  /** ARNs of the roles of AWS that connections may name; left out of a home that takes on any that lets it. */
  roles?: readonly string[];
}

/** One kind of place that files are pulled from. */
export interface CourierKind {
  /** How it is reached and signed in to; left out of a kind whose couriers need no connection. */
  connection?: ConnectionKind;
  /** Reads the settings, by `InvalidInput`; nothing is reached before the source is asked. */
  open(courier: Courier, context: CourierContext, connection: UsedConnection | undefined): CourierSource;
  /** What the settings call the files that come of them; left out of a kind whose files have names of their own. */
  named?(courier: Courier): readonly NamedFile[];
}

/** A file that a courier's settings name, and where they do. */
export interface NamedFile {
  name: string;
  path: string;
  /** The format that the courier itself writes; left out where the file is as it was found. */
  format?: string;
}

/** What is to be known of the connections of a kind. */
export interface ConnectionKind {
  /** Names of the secrets that a connection's settings ask for. `InvalidInput` of settings that are refused. */
  secrets(connection: Connection): readonly string[];
  /** Signs in as couriers do, and tells what was seen of the system. `SourceRefused`, `SourceUnreachable` say what failed. */
  test(connection: UsedConnection, context: CourierContext, signal: AbortSignal): Promise<Record<string, string>>;
}

/** A connection in use. */
export interface UsedConnection {
  document: Connection;
  /** `SourceRefused` of one that nobody has set yet. */
  secret(name: string): Promise<string>;
}

export const useConnection = (document: Connection, secrets: Pick<Secrets, 'get'>): UsedConnection => ({
  document,
  secret: (name) => readConnectionSecret(secrets, document, name),
});

/** The settings of a document, or why they are none. */
export function settingsOf<Schema extends z.ZodType>(
  schema: Schema,
  { id, settings }: Pick<Courier | Connection, 'id' | 'settings'>,
): z.infer<Schema> {
  const parsed = schema.safeParse(settings);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(`${id} settings: ${problems(parsed.error, settings)}`);
}

/** The connection of a courier whose kind can't do without. */
export function connectionOf(courier: Courier, connection: UsedConnection | undefined): UsedConnection {
  if (connection) return connection;
  throw new InvalidInput(
    `${courier.id}: a courier of the type ${courier.type} needs a connection: name one by its id, such as connection/partner`,
  );
}
