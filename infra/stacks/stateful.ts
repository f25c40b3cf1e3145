import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { schemas } from '../../core/contracts/catalog.ts';
import { databaseName, placeName } from '../../core/contracts/deployment.ts';
import { SftpSite } from '../constructs/sftp-site.ts';
import { TenantLake } from '../constructs/tenant-lake.ts';
import type { TenantConfig } from '../stage-config.ts';
import { placeIn } from './place-in.ts';

export interface EnvironmentProps extends StackProps {
  stage: string;
  tenant: TenantConfig;
  environment: string;
}

/** What keeps an environment's data: lake, databases, SFTP site. Its logical ids are a contract, pinned by a test. */
export class StatefulStack extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id, { ...props, description: `Data of ${props.tenant.name} ${props.environment}` });
    const place = placeIn(this, props);
    const { bucket } = new TenantLake(this, 'TenantLake', { bucketName: place.bucket });
    for (const schema of schemas) this.#addDatabase(schema, databaseName(place, schema), `s3://${place.bucket}`);
    const { sftp } = props.tenant;
    if (sftp && props.environment === 'production') {
      new SftpSite(this, 'SftpSite', {
        name: placeName(props.stage, place),
        tenant: props.tenant.name,
        sftp,
        lake: bucket,
      });
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
