import { join } from 'node:path';
import { AthenaClient } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import type { AwsCredentialIdentityProvider } from '@aws-sdk/types';
import { bucketInbox } from '../../adapters/couriers/bucket-inbox.ts';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { AthenaEngine } from '../../adapters/sql/athena.ts';
import { LakeWarehouse } from '../../adapters/sql/lake.ts';
import { StepFunctionsWorkflows } from '../../adapters/workflows/step-functions.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import { InternalError } from '../../core/errors.ts';
import type { Services } from '../../core/ports.ts';
import type { Engines } from './engines.ts';

interface Access {
  /** A folder of this machine for objects on their way. */
  folder: string;
  /** Those of a role that was taken on for this place; the function's own otherwise. */
  credentials?: AwsCredentialIdentityProvider;
  /** Of a function that carries DuckDB's binding. */
  engines?: Engines;
}

/** One environment as a function reaches it. */
export function openEnvironment(place: Place, { folder, credentials, engines }: Access) {
  const as = credentials ? { credentials } : {};
  const client = new S3Client(as);
  const objects = new S3Objects({ client, bucket: place.bucket, folder: join(folder, 'objects') });
  const engine = new AthenaEngine({ client: new AthenaClient(as), workgroup: place.workgroup });
  const clock = () => new Date();
  return {
    tenant: place.tenant,
    environment: place.environment,
    objects,
    warehouse: new LakeWarehouse({ place, engine, objects, ...(engines && { parquet: engines.parquet(objects) }) }),
    files: engines?.files ?? absent,
    stitch: engines?.stitch ?? absent,
    courier: (courier: Parameters<Services['courier']>[0]) =>
      courierSource(courier, { openFolder: bucketInbox({ client, bucket: place.bucket }) }),
    workflows: new StepFunctionsWorkflows({ client: new SFNClient(as), machine: place.machine, objects, clock }),
    clock,
  };
}

const refuse = () => {
  throw new InternalError('this function carries no engine: deploy it as one that does');
};
/** In a function without the engine's binding. */
const absent = { read: refuse, discover: refuse, run: refuse, runChanges: refuse };
