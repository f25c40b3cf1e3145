import { SQSClient } from '@aws-sdk/client-sqs';
import { SqsIntake } from '../../adapters/streams/sqs-intake.ts';
import { type Place, streamQueueUrl } from '../../core/contracts/deployment.ts';
import type { ObjectStore } from '../../core/ports.ts';
import type { Credentials } from './environment.ts';

/** The queue of a place's streams. */
export const openStreams = (place: Place, objects: ObjectStore, as: { credentials: Credentials }): SqsIntake =>
  new SqsIntake({
    client: new SQSClient({ ...as, useQueueUrlAsEndpoint: false }),
    queue: streamQueueUrl(place),
    objects,
  });
