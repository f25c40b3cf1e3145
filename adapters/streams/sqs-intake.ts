import { randomUUID } from 'node:crypto';
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Stream, StreamMessage } from '../../core/contracts/streams.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { claimedBy } from '../../core/streams/closing.ts';
import { digestsOf, keyOfOthers } from '../../core/streams/payload.ts';
import type { StreamIntake, StreamPayload } from '../../core/streams/port.ts';
import { parkedKey } from '../../core/streams/queued.ts';

interface SqsIntakeOptions {
  client: SQSClient;
  queue: string;
  objects: ObjectStore;
}

/** Bytes of a message at the most: what SQS takes of a body alone. */
const LARGEST = 1 << 20;

/** The queue of an environment's streams, of which a function makes files. */
export class SqsIntake implements StreamIntake {
  readonly #options: SqsIntakeOptions;

  constructor(options: SqsIntakeOptions) {
    this.#options = options;
  }

  /** The gateway counts all streams together: what one of many functions counted would be no number to tell. */
  admit(): undefined {
    return undefined;
  }

  async append({ id: stream, format }: Stream, payload: StreamPayload): Promise<boolean> {
    const { client, queue, objects } = this.#options;
    const keyed = payload.key !== undefined;
    const { key = randomUUID(), records } = payload;
    const digests = digestsOf(key, records);
    const before = keyed ? await claimedBy(objects, stream, digests.key) : undefined;
    if (before && before.hash !== digests.hash) throw keyOfOthers(key);
    if (before) return true;
    const message: StreamMessage = { stream, format, records: [...records], keyed, ...digests };
    let body = bodyOf(message);
    if (Buffer.byteLength(body) > LARGEST) {
      const parked = parkedKey(stream, randomUUID());
      await objects.put(parked, body);
      body = JSON.stringify({ parked });
    }
    await client.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: body }));
    return false;
  }
}

/** JSON without the two characters that JSON may hold and a message of SQS may not. */
const bodyOf = (message: StreamMessage): string =>
  JSON.stringify(message).replace(/[\uFFFE\uFFFF]/g, (one) => `\\u${one.charCodeAt(0).toString(16)}`);
