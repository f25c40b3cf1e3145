import { z } from 'zod';
import { claimsPrefix, parkedPrefix } from '../contracts/deployment.ts';
import { StreamEnvelope, StreamMessage } from '../contracts/streams.ts';
import { contentHash } from '../environments/canonical.ts';
import { readJson } from '../environments/json-objects.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { closedFileName, fileLayouts, linesOf, stampOf } from './closed-file.ts';
import { streamName } from './port.ts';

/** A message as a queue delivers it. */
export interface QueuedMessage {
  id: string;
  body: string;
  sent: Date;
}

/** Which message a request's key is of, and the digest of its records. */
const Claim = z.object({ message: z.string(), hash: z.string() });

export const closedFilesPrefix = (stream: string): string => `streams/${streamName(stream)}/files/`;
/** Where a message is that a queue can't hold; it goes a while after the queue would have given it up. */
export const parkedKey = (stream: string, id: string): string => `${parkedPrefix}${streamName(stream)}/${id}.json`;
const claimKey = (stream: string, key: string) => `${claimsPrefix}${streamName(stream)}/${key}.json`;

/** The message that a request's key is of; undefined while none of it is in a file. */
export const claimedBy = async (objects: ObjectStore, stream: string, key: string) =>
  (await readJson(objects, claimKey(stream, key), Claim))?.value;

/** The streams of which files were made, and the messages that could not be read. */
export interface ClosedQueued {
  streams: string[];
  unread: { id: string; cause: unknown }[];
}

interface Held {
  message: StreamMessage;
  from: QueuedMessage;
}

/**
 * Makes a file of each stream that messages are of. A queue delivers a message twice at times: by messages that are the same
 * again the same file is made, and of requests with one key only the first message is kept.
 */
export async function closeQueued(objects: ObjectStore, messages: readonly QueuedMessage[]): Promise<ClosedQueued> {
  const files = new Map<string, Held[]>();
  const unread: ClosedQueued['unread'] = [];
  const inOrder = messages.toSorted((a, b) => a.sent.getTime() - b.sent.getTime());
  for (let n = 0; n < inOrder.length; n += AT_ONCE) {
    for (const held of await Promise.allSettled(inOrder.slice(n, n + AT_ONCE).map((from) => hold(objects, from)))) {
      if (held.status === 'rejected') throw held.reason;
      if ('cause' in held.value) unread.push(held.value);
      else if (held.value.isOwn) fileOf(files, held.value.message).push(held.value);
    }
  }
  for (const held of files.values()) await writeFile(objects, held);
  return { streams: [...new Set([...files.values()].flatMap(([first]) => first?.message.stream ?? []))], unread };
}

/** Messages that are looked at at once: of each with a key, or of a large one, an object is asked for. */
const AT_ONCE = 32;

function fileOf(files: Map<string, Held[]>, { stream, format }: StreamMessage): Held[] {
  const key = `${stream} ${format}`;
  const held = files.get(key) ?? [];
  files.set(key, held);
  return held;
}

async function hold(objects: ObjectStore, from: QueuedMessage) {
  const message = await read(objects, from.body).catch((cause: unknown) => ({ id: from.id, cause }));
  if ('cause' in message) return message;
  return { message, from, isOwn: await isOwn(objects, message, from.id) };
}

async function read(objects: ObjectStore, body: string): Promise<StreamMessage> {
  const envelope = StreamEnvelope.parse(JSON.parse(body));
  if (!('parked' in envelope)) return envelope;
  const parked = await readJson(objects, envelope.parked, StreamMessage);
  if (!parked) throw new NotFound(`no object ${envelope.parked}, which a message of a stream refers to`);
  return parked.value;
}

/** Whether a message is the first of its request's key. */
async function isOwn(objects: ObjectStore, { stream, key, hash = '' }: StreamMessage, id: string): Promise<boolean> {
  if (key === undefined) return true;
  try {
    await objects.put(claimKey(stream, key), JSON.stringify({ message: id, hash }), { ifNoneMatch: '*' });
    return true;
  } catch (cause) {
    if (!(cause instanceof Conflict)) throw cause;
    return (await claimedBy(objects, stream, key))?.message === id;
  }
}

async function writeFile(objects: ObjectStore, held: readonly Held[]): Promise<void> {
  const [first] = held;
  if (!first) return;
  const { stream, format } = first.message;
  const { head, foot } = fileLayouts[format];
  const of = contentHash(held.map(({ from }) => from.id)).slice(0, 12);
  const name = closedFileName(`${stampOf(first.from.sent)}-${of}`, format);
  await objects.put(
    closedFilesPrefix(stream) + name,
    head + linesOf(held.flatMap(({ message }) => message.records)) + foot,
  );
}
