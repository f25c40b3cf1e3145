import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { lostStreamsName, type Place, streamQueueName } from '../../core/contracts/deployment.ts';
import { acknowledge } from './acknowledge.ts';

/** What was sent to the streams of an environment and is in no file yet: acknowledged, so that it outlives its stack. */
export class StreamQueue extends Construct {
  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    const kept = {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      removalPolicy: RemovalPolicy.RETAIN,
    };
    const deadLetters = new Queue(this, 'DeadLetters', { ...kept, queueName: lostStreamsName(place) });
    acknowledge(deadLetters, { 'AwsSolutions-SQS3': 'It is a queue of dead letters itself.' });
    new Queue(this, 'Queue', {
      ...kept,
      queueName: streamQueueName(place),
      maxMessageSizeBytes: 1 << 20,
      // Six times the function's, as AWS asks for.
      visibilityTimeout: Duration.minutes(12),
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });
  }
}
