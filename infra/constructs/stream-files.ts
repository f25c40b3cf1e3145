import { Duration, Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { lostStreamsName, type Place, streamQueueName } from '../../core/contracts/deployment.ts';

export interface StreamFilesProps {
  place: Place;
  /** Makes files of what it is given. */
  closeFiles: LambdaFunction;
}

/** Has files made of what an environment's streams took: of all that comes within ten seconds, or of six megabytes. */
export class StreamFiles extends Construct {
  readonly queue: IQueue;
  readonly deadLetters: IQueue;

  constructor(scope: Construct, id: string, { place, closeFiles }: StreamFilesProps) {
    super(scope, id);
    const named = (name: string, queue: string): IQueue =>
      Queue.fromQueueArn(this, name, Stack.of(this).formatArn({ service: 'sqs', resource: queue }));
    this.queue = named('Queue', streamQueueName(place));
    this.deadLetters = named('DeadLetters', lostStreamsName(place));
    closeFiles.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 10_000,
        maxBatchingWindow: Duration.seconds(10),
        reportBatchItemFailures: true,
      }),
    );
  }
}
