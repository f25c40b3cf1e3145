import type { Connection, Courier } from '../../core/contracts/sources.ts';
import { InvalidInput } from '../../core/errors.ts';
import type { CourierSource } from '../../core/feeds/port.ts';
import { database } from './database.ts';
import { folder } from './folder.ts';
import { http } from './http.ts';
import { type ConnectionKind, type CourierContext, type CourierKind, type NamedFile, useConnection } from './kind.ts';
import { s3 } from './s3.ts';
import { sftp } from './sftp.ts';
import { stream } from './stream.ts';

/** Every kind of place that files are pulled from. Adding one is one file and one line here. */
const kinds: Readonly<Record<string, CourierKind>> = { database, folder, http, s3, sftp, stream };

/** The source of a courier, by the connection that it names. `InvalidInput` for a type that no entry has, and for settings. */
export function courierSource(courier: Courier, context: CourierContext, connection?: Connection): CourierSource {
  const kind = kinds[courier.type];
  if (!kind) throw unknownType(courier, Object.keys(kinds));
  if (connection && !kind.connection) {
    throw new InvalidInput(`${courier.id}: a courier of the type ${courier.type} has no connection: leave it out`);
  }
  return kind.open(courier, context, connection && useConnection(connection, context.secrets));
}

/** The files that a courier's settings name. `InvalidInput` for settings. */
export const filesNamed = (courier: Courier): readonly NamedFile[] => kinds[courier.type]?.named?.(courier) ?? [];

/** What is to be known of a connection's kind. `InvalidInput` for a type whose couriers have none. */
export function connectionKind(connection: Connection): ConnectionKind {
  const found = kinds[connection.type]?.connection;
  if (found) return found;
  const known = Object.entries(kinds).flatMap(([name, kind]) => (kind.connection ? [name] : []));
  throw unknownType(connection, known);
}

const unknownType = ({ id, type }: Pick<Courier | Connection, 'id' | 'type'>, known: readonly string[]) =>
  new InvalidInput(`${id}: unknown type ${JSON.stringify(type)}, expected one of ${known.join(', ')}`);
