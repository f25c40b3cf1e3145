import { AthenaClient } from '@aws-sdk/client-athena';
import type { S3Objects } from '../../adapters/objects/s3.ts';
import { AthenaQueries } from '../../adapters/queries/athena.ts';
import { AthenaEngine, type AthenaOptions } from '../../adapters/sql/athena.ts';
import type { ParquetFiles } from '../../adapters/sql/lake/files.ts';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import type { Credentials } from './environment.ts';
import { once } from './once.ts';

interface TablesOptions {
  objects: S3Objects;
  credentials?: Credentials;
  parquet?: ParquetFiles;
  wait?: AthenaOptions['wait'];
}

/** What is asked of a place by way of Athena. */
export interface Tables {
  warehouse: LakeWarehouse;
  /** Those of users. */
  queries: AthenaQueries;
}

/** Of the function's own role: one for all that the process does, whose connections to Athena stay open. */
const ownClient = once(() => new AthenaClient());

/** By one client. The parser of SQL comes with it, so only functions that ask for tables import this. */
export function openTables(place: Place, { credentials, wait, ...options }: TablesOptions): Tables {
  const client = credentials ? new AthenaClient({ credentials }) : ownClient();
  const engine = new AthenaEngine({ client, workgroup: place.workgroup, ...(wait && { wait }) });
  return {
    warehouse: new LakeWarehouse({ place, engine, ...options }),
    queries: new AthenaQueries({ client, place, objects: options.objects }),
  };
}
