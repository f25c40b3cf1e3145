import type { Connection } from '../contracts/sources.ts';
import { InvalidInput, SourceRefused } from '../errors.ts';
import type { Secrets } from '../ports.ts';

/** Letters of a secret of a connection; a private key of RSA 4096 has some 3,400. */
export const LONGEST_SECRET = 20_000;

/** What an environment's secrets know a connection's by, such as `connections/partner/password`: no other connection's are reached. */
export const connectionSecret = (connection: string, name: string): string =>
  `connections/${connection.slice(connection.indexOf('/') + 1)}/${name}`;

/** A secret of a connection; one that nobody has set is refused, saying how to. */
export async function readConnectionSecret(
  secrets: Pick<Secrets, 'get'>,
  connection: Connection,
  name: string,
): Promise<string> {
  const value = await secrets.get(connectionSecret(connection.id, name));
  if (value !== undefined) return value;
  throw new SourceRefused(
    `${connection.id} has no ${name} yet: set it by \`tributary connection set-secret ${connection.id.slice('connection/'.length)} ${name}\``,
  );
}

/** Sets a secret that the connection's settings ask for, and no other. An error never repeats the value. */
export async function setConnectionSecret(
  secrets: Secrets,
  connection: Connection,
  { name, value, asked }: { name: string; value: string; asked: readonly string[] },
): Promise<void> {
  if (!asked.includes(name)) {
    throw new InvalidInput(
      `${connection.id} signs in without a secret ${JSON.stringify(name)}: its settings ask for ${asked.join(' and ') || 'none'}`,
    );
  }
  await secrets.put(connectionSecret(connection.id, name), value);
}
