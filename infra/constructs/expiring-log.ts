import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** A log that ends after three months, or with its stack: it tells of the work and keeps no data. */
export class ExpiringLog extends LogGroup {
  constructor(scope: Construct, id: string, logGroupName: string) {
    super(scope, id, { logGroupName, retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
  }
}
