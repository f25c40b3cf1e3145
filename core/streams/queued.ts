import { parkedPrefix } from '../contracts/deployment.ts';
import { StreamEnvelope, StreamMessage } from '../contracts/streams.ts';
import { readJson } from '../environments/json-objects.ts';
import { Conflict, NotFound } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { ObjectStore } from '../ports.ts';
import { beginFile, type Claim, claimedBy, finishFile, resumeFile } from './closing.ts';
import { streamName } from './port.ts';

/** A message as a queue delivers it. */
export interface QueuedMessage {
  id: string;
  body: string;
  sent: Date;
}

/** Where a message is that a queue can't hold; it goes a while after the queue would have given it up. */
export const parkedKey = (stream: string, id: string): string => `${parkedPrefix}${streamName(stream)}/${id}.json`;

/** The streams whose messages are in files, and the messages that are in none, each with why. */
export interface ClosedQueued {
  streams: string[];
  refused: { id: string; cause: unknown }[];
}

interface Held {
  message: StreamMessage;
  from: QueuedMessage;
}

/**
 * Makes a file of each stream that messages are of. A queue delivers a message twice at times, and again when a function ended
 * in the midst: the records of each request with a key are in one file, which its claim names, and of requests that are the same
 * in those of one. Without a key they may be in two files then, and are one row by their primary key.
 */
export async function closeQueued(objects: ObjectStore, messages: readonly QueuedMessage[]): Promise<ClosedQueued> {
  const inOrder = messages.toSorted((a, b) => a.sent.getTime() - b.sent.getTime());
  const read = await fewAtOnce(inOrder, (from) => hold(objects, from));
  const refused = read.filter((one) => 'cause' in one);
  const held = read.filter((one) => 'message' in one);
  const claims = await claimAll(objects, firstOfEach(held, requestOf));
  const isClosed = (one: Held) => claims.get(requestOf(one))?.hash === one.message.hash;
  const closed = held.filter(isClosed);
  // What else claims name are files of other deliveries, which may not have come to their ends.
  const files = firstOfEach(closed, (one) => `${one.message.stream} ${claims.get(requestOf(one))?.file}`);
  await fewAtOnce(files, (one) => resumeFile(objects, one.message.stream, claims.get(requestOf(one))?.file ?? ''));
  const others = held.filter((one) => !isClosed(one)).map(({ from, message }) => ofOthers(from, message));
  return { streams: [...new Set(closed.map(({ message }) => message.stream))], refused: [...refused, ...others] };
}

const requestOf = ({ message: { stream, key } }: Held): string => `${stream} ${key}`;

/** Has each request claimed for a file, and makes the files of those that were not; gives their claims. */
async function claimAll(objects: ObjectStore, requests: readonly Held[]): Promise<Map<string, Claim>> {
  const before = await fewAtOnce(requests, async ({ message: { stream, keyed, key } }) =>
    keyed ? claimedBy(objects, stream, key) : undefined,
  );
  const claims = new Map<string, Claim>();
  for (const [n, claim] of before.entries()) if (claim) claims.set(requestOf(requests[n] as Held), claim);
  const fresh = requests.filter((_, n) => !before[n]);
  for (const { message, from } of firstOfEach(fresh, fileOf)) {
    const together = fresh.filter((one) => fileOf(one) === fileOf({ message, from }));
    const closing = await beginFile(
      objects,
      together.map((one) => one.message),
      from.sent,
    );
    const own = await finishFile(objects, closing);
    for (const [n, claim] of own.entries()) claims.set(requestOf(together[n] as Held), claim);
  }
  return claims;
}

/** Messages with the same are in one file. */
const fileOf = ({ message: { stream, format } }: Held): string => `${stream} ${format}`;

function firstOfEach(held: readonly Held[], by: (one: Held) => string): Held[] {
  const first = new Map<string, Held>();
  for (const one of held) if (!first.has(by(one))) first.set(by(one), one);
  return [...first.values()];
}

const ofOthers = ({ id }: QueuedMessage, { stream, key }: StreamMessage) => ({
  id,
  cause: new Conflict(
    `a request to ${stream} has the Idempotency-Key of another with other records, which is kept: expected a key of its own`,
    { data: { stream, key } },
  ),
});

async function hold(objects: ObjectStore, from: QueuedMessage): Promise<Held | { id: string; cause: unknown }> {
  try {
    return { message: await read(objects, from.body), from };
  } catch (cause) {
    return { id: from.id, cause };
  }
}

async function read(objects: ObjectStore, body: string): Promise<StreamMessage> {
  const envelope = StreamEnvelope.parse(JSON.parse(body));
  if (!('parked' in envelope)) return envelope;
  const parked = await readJson(objects, envelope.parked, StreamMessage);
  if (!parked) throw new NotFound(`no object ${envelope.parked}, which a message of a stream refers to`);
  return parked.value;
}
