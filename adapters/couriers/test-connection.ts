import { setTimeout as pause } from 'node:timers/promises';
import { connectionSecret } from '../../core/connections/secrets.ts';
import type { ConnectionTest } from '../../core/contracts/connections.ts';
import type { Connection } from '../../core/contracts/sources.ts';
import { SourceUnreachable, TributaryError } from '../../core/errors.ts';
import { type CourierContext, useConnection } from './kind.ts';
import { connectionKind } from './registry.ts';

/** Well within the half minute that a gateway waits. */
const TEST_MS = 15_000;

/** Signs in by a connection as its couriers do. What fails is an answer, not an error. */
export async function testConnection(connection: Connection, context: CourierContext): Promise<ConnectionTest> {
  const over = new AbortController();
  const used = useConnection(connection, context.secrets);
  const late = pause(TEST_MS, undefined, { signal: over.signal }).then(() => {
    throw new SourceUnreachable(
      `${connection.id} gave no answer within ${TEST_MS / 1000} seconds: look at its settings`,
    );
  });
  try {
    const seen = await Promise.race([connectionKind(connection).test(used, context, over.signal), late]);
    return { connection: connection.id, works: true, seen };
  } catch (cause) {
    if (!(cause instanceof TributaryError)) throw cause;
    const seen = Object.fromEntries(Object.entries(cause.data).map(([name, value]) => [name, String(value)]));
    return { connection: connection.id, works: false, seen, message: cause.message };
  } finally {
    over.abort();
    await late.catch(() => undefined);
  }
}

/** Names of the secrets that a connection asks for, and which of them are set. */
export async function secretsAsked(
  connection: Connection,
  secrets: CourierContext['secrets'],
): Promise<{ name: string; set: boolean }[]> {
  const asked = connectionKind(connection).secrets(connection);
  const isSet = async (name: string) => (await secrets.get(connectionSecret(connection.id, name))) !== undefined;
  return Promise.all(asked.map(async (name) => ({ name, set: await isSet(name) })));
}
