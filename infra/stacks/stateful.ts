import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { schemas } from '../../core/contracts/catalog.ts';
import { databaseName } from '../../core/contracts/deployment.ts';
import { EnvironmentRights } from '../constructs/environment-rights.ts';
import { SftpSite } from '../constructs/sftp-site.ts';
import { StreamQueue } from '../constructs/stream-queue.ts';
import { TenantLake } from '../constructs/tenant-lake.ts';
import type { CouriersConfig, SftpConfig, StageConfig, TenantConfig } from '../stage-config.ts';
import { placeIn } from './place-in.ts';

export interface EnvironmentProps extends StackProps {
  stage: string;
  config: StageConfig;
  tenant: TenantConfig;
  environment: string;
}

/** The environment's SFTP site, if it has one: sandboxes have none. */
export const sftpOf = ({ tenant, environment }: EnvironmentProps): SftpConfig | undefined =>
  environment === 'production' ? tenant.sftp : undefined;

/** What the environment's couriers may use of the account. */
export const couriersOf = ({ tenant, environment }: EnvironmentProps): CouriersConfig =>
  tenant.couriers?.[environment] ?? {};

/** What keeps an environment's data: lake, databases, queue of streams, SFTP site. Its logical ids are a contract, pinned by a test. */
export class StatefulStack extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id, { ...props, description: `Data of ${props.tenant.name} ${props.environment}` });
    const place = placeIn(this, props);
    const { bucket } = new TenantLake(this, 'TenantLake', { bucketName: place.bucket });
    for (const schema of schemas) this.#addDatabase(schema, databaseName(place, schema), `s3://${place.bucket}`);
    new StreamQueue(this, 'Streams', place);
    const sftp = sftpOf(props);
    if (sftp) {
      const rights = new EnvironmentRights(this, 'Rights', place);
      new SftpSite(this, 'SftpSite', { stage: props.stage, config: props.config, place, sftp, lake: bucket, rights });
    }
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName });
  }

  #addDatabase(schema: string, name: string, lake: string): void {
    const database = new CfnDatabase(this, `Database-${schema}`, {
      catalogId: this.account,
      databaseName: name,
      databaseInput: { name, locationUri: `${lake}/tables/${schema}/` },
    });
    database.overrideLogicalId(`Database${schema}`);
    database.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }
}
