import { CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { Construct } from 'constructs';
import { type Place, queryResultsPrefix } from '../../core/contracts/deployment.ts';

/** A query that would read more is stopped by Athena: a terabyte is about five dollars. */
const scannedAtMost = 1_000_000_000_000;

/** Where an environment's queries run: none chooses its result's place, and none reads without an end. */
export class QueryWorkGroup extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    new CfnWorkGroup(this, 'WorkGroup', {
      name: place.workgroup,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: scannedAtMost,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${place.bucket}/${queryResultsPrefix}`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }
}
