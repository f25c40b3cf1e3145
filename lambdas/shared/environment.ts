import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import type { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { bucketInbox } from '../../adapters/couriers/bucket-inbox.ts';
import { folderSource } from '../../adapters/couriers/folder.ts';
import { S3Objects } from '../../adapters/objects/s3.ts';
import type { AthenaOptions } from '../../adapters/sql/athena.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import type { Courier } from '../../core/contracts/sources.ts';
import { InternalError } from '../../core/errors.ts';
import { once } from './once.ts';

/** What only some functions carry, since each brings megabytes into a bundle. */
export interface Carried {
  couriers?: typeof import('./couriers.ts');
  tables?: typeof import('./tables.ts');
  engines?: typeof import('./engines.ts');
  secrets?: typeof import('./secrets.ts');
}

/** Those of a role that was taken on. */
export type Credentials = ReturnType<typeof fromTemporaryCredentials>;

export interface Access extends Carried {
  /** A folder of this machine for what is on its way. */
  folder: string;
  /** For this place; the function's own otherwise. */
  credentials?: Credentials;
  /** Of a step whose state machine waits for statements. */
  wait?: AthenaOptions['wait'];
}

/** Of the function's own role: one for all that the process does, whose connections to S3 stay open. */
const ownClient = once(() => new S3Client());

/** One environment as a function reaches it. */
export function openEnvironment(
  place: Place,
  { folder, credentials, wait, couriers, tables, engines, secrets }: Access,
) {
  const as = credentials ? { credentials } : {};
  const client = credentials ? new S3Client(as) : ownClient();
  const objects = new S3Objects({ client, bucket: place.bucket, folder: join(folder, 'objects') });
  const openFolder = bucketInbox({ client, bucket: place.bucket });
  const duckdb = engines?.openEngines(join(folder, 'spill'));
  const parquet = duckdb && { parquet: duckdb.parquet(objects) };
  return {
    tenant: place.tenant,
    environment: place.environment,
    objects,
    secrets: secrets?.openSecrets(place, as) ?? absent('secrets'),
    ...(tables?.openTables(place, { objects, ...as, ...parquet, ...(wait && { wait }) }) ?? noTables),
    files: duckdb?.files ?? absent('engine'),
    stitch: duckdb?.stitch ?? absent('engine'),
    ...(duckdb && { spread: duckdb.spread }),
    // Without the drivers of the others, couriers of the inbox alone.
    courier: couriers?.openCouriers(place) ?? ((courier: Courier) => folderSource(courier, { openFolder })),
    clock: () => new Date(),
  };
}

const noTables = { warehouse: absent('tables'), queries: absent('tables') };

/** Stands for what a function doesn't carry: whatever is asked of it is refused. */
function absent(what: string): never {
  const refuse = () => {
    throw new InternalError(`this function carries no ${what}: say in its handler that it does`);
  };
  return new Proxy({}, { get: () => refuse }) as never;
}
