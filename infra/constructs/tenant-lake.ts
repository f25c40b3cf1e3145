import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type LifecycleRule,
  ObjectOwnership,
  StorageClass,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { claimsPrefix, inboxPrefix, parkedPrefix, queryResultsPrefix } from '../../core/contracts/deployment.ts';
import { ARCHIVED_AFTER_DAYS } from '../../core/contracts/sftp.ts';
import { acknowledge } from './acknowledge.ts';

/** The bucket that holds everything of one environment. It outlives its stack. */
export class TenantLake extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: { bucketName: string }) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: props.bucketName,
      // S3's own keys: a KMS key would cost a dollar a month an environment and a price a request, and who may read the
      // lake may decrypt it either way.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [...expiring, archived, superseded],
    });
    const lake = this.bucket.node.defaultChild as CfnBucket;
    lake.overrideLogicalId('Lake');
    // The construct's own switch brings a function of its own that sets this by hand.
    lake.addPropertyOverride('NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled', true);
    acknowledge(this, {
      'AwsSolutions-S1':
        'The product keeps an audit event of every change and download; access logs would add an object and a price to each request.',
    });
  }
}

/**
 * What is made anew whenever it is needed, as rows on their way into a table and results of queries; and of streams what is
 * remembered of requests, and what is in a file long since: their queue keeps nothing beyond 14 days. What names a file
 * (`stream-keys`) has to go before what the file is made of (`stream-parked`).
 */
const expiring: LifecycleRule[] = [
  { id: 'staged', prefix: 'staged/', days: 30 },
  { id: 'query-results', prefix: queryResultsPrefix, days: 7 },
  { id: 'stream-keys', prefix: claimsPrefix, days: 15 },
  { id: 'stream-parked', prefix: parkedPrefix, days: 30 },
].map(({ id, prefix, days }) => ({
  id: `expire-${id}`,
  prefix,
  expiration: Duration.days(days),
  noncurrentVersionExpiration: Duration.days(1),
}));

/** Uploads are landed when they are pulled, and looked at after a mishap alone then. They stay to be read at once, by their keys. */
const archived: LifecycleRule = {
  id: 'archive-inbox',
  prefix: inboxPrefix,
  transitions: [
    { storageClass: StorageClass.GLACIER_INSTANT_RETRIEVAL, transitionAfter: Duration.days(ARCHIVED_AFTER_DAYS) },
  ],
};

/** Time enough to take back an object that was deleted or overwritten by mistake. */
const superseded: LifecycleRule = {
  id: 'forget-superseded',
  noncurrentVersionExpiration: Duration.days(30),
  expiredObjectDeleteMarker: true,
  abortIncompleteMultipartUploadAfter: Duration.days(3),
};
