import type { SQSBatchResponse } from 'aws-lambda';
import { z } from 'zod';
import { closeQueued } from '../../core/streams/queued.ts';
import { startOnClosedFile } from '../../core/workflows/continuous-streams.ts';
import { log } from '../shared/log.ts';
import { placeOfStep } from '../shared/place.ts';
import { openStarts } from '../shared/starts.ts';

/** What SQS hands over at once. */
const Event = z.object({
  Records: z.array(
    z.object({ messageId: z.string(), body: z.string(), attributes: z.object({ SentTimestamp: z.coerce.number() }) }),
  ),
});

/** Makes files of what streams took, and starts the courier groups of those that are continuous. */
export async function handler(event: unknown): Promise<SQSBatchResponse> {
  const place = openStarts(placeOfStep(), { folder: '/tmp' });
  const messages = Event.parse(event).Records.map(({ messageId: id, body, attributes }) => {
    return { id, body, sent: new Date(attributes.SentTimestamp) };
  });
  const { streams, refused } = await closeQueued(place.objects, messages);
  for (const { id, cause } of refused) log.error('a message is in no file', { message: id, error: cause as Error });
  for (const stream of streams) {
    // The file is there whatever becomes of this, and the group's next run takes it.
    const start = await startOnClosedFile(place, stream).catch((cause) => log.error('no start', cause as Error));
    log.info('closed', { stream, ...start });
  }
  return { batchItemFailures: refused.map(({ id }) => ({ itemIdentifier: id })) };
}
