import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { inboxPrefix } from '../../core/contracts/deployment.ts';

export interface ArrivalStartsProps {
  /** Name of the environment's place. */
  name: string;
  bucket: string;
  /** Told of each file. It writes nothing into the inbox, or it would tell itself for ever. */
  noteArrival: LambdaFunction;
  deadLetters: Queue;
}

/** Tells of each file that arrives in the inbox, by SFTP or by S3; an object is told of when all of it is there. */
export class ArrivalStarts extends Construct {
  constructor(scope: Construct, id: string, { name, bucket, noteArrival, deadLetters }: ArrivalStartsProps) {
    super(scope, id);
    noteArrival.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(deadLetters) });
    new Rule(this, 'Arrivals', {
      ruleName: `${name}-arrivals`,
      description: `Tells of each file that arrives in the inbox of ${name}`,
      eventPattern: {
        source: ['aws.s3'],
        detailType: ['Object Created'],
        detail: { bucket: { name: [bucket] }, object: { key: [{ prefix: inboxPrefix }] } },
      },
      targets: [new LambdaTarget(noteArrival, { retryAttempts: 10 })],
    });
  }
}
