import { z } from 'zod';
import { documentId } from './names.ts';

/** Where other systems send records one by one, which become files that a courier of the type `stream` pulls. */
export const Stream = z.strictObject({
  id: documentId('stream'),
  /** What payloads are. JSON becomes a file with an object a line (`ndjson`), XML one with a document after the other. */
  format: z.enum(['json', 'xml']).default('json'),
  /** A file is closed once it has so many megabytes, or its first payload is so many seconds old; in AWS once it has 6, or is 10. */
  roll: z
    .strictObject({
      megabytes: z.number().int().min(1).max(1000).default(64),
      seconds: z.number().int().min(1).max(86_400).default(30),
    })
    .prefault({}),
  /** The courier group that each closed file starts, so that its rows are seen within a minute; left out: groups start as they do. */
  continuous: documentId('courier-group').optional(),
  /** Requests above it are refused for a while; a batch is one. In AWS the gateway refuses them, above 1,000 of all streams. */
  requests_per_second: z.number().int().min(1).max(10_000).default(1000),
  description: z.string().optional(),
});
export type Stream = z.infer<typeof Stream>;

/** Settings of a courier of the type `stream`. */
export const StreamCourierSettings = z.strictObject({ stream: documentId('stream') });

/** What comes of a payload that was taken. */
export const StreamReceipt = z.object({
  stream: z.string(),
  /** Records that were kept. */
  accepted: z.number().int(),
  /** Whether a request of the same key was taken before, so that nothing was kept twice. */
  repeated: z.boolean(),
});
export type StreamReceipt = z.infer<typeof StreamReceipt>;

/** What a queue of streams carries: what one request sent, or where it lies when a message can't hold it. */
export const StreamMessage = z.object({
  stream: documentId('stream'),
  format: Stream.shape.format,
  records: z.array(z.string()),
  /** Whether the sender gave a key: then its records are in one file, however often the queue has them. */
  keyed: z.boolean(),
  /** Digests of that key, or of one that tells the message from others, and of its records. */
  key: z.string(),
  hash: z.string(),
});
export type StreamMessage = z.infer<typeof StreamMessage>;
export const StreamEnvelope = z.union([StreamMessage, z.object({ parked: z.string() })]);
