import { z } from 'zod';
import { claimsPrefix, parkedPrefix } from '../contracts/deployment.ts';
import { StreamMessage } from '../contracts/streams.ts';
import { contentHash } from '../environments/canonical.ts';
import { readJson, writeJson } from '../environments/json-objects.ts';
import { Conflict } from '../errors.ts';
import { fewAtOnce } from '../few-at-once.ts';
import type { ObjectStore } from '../ports.ts';
import { closedFileName, fileLayouts, linesOf, stampOf } from './closed-file.ts';
import { streamName } from './port.ts';

/** The one file that a request's records go into, and their digest. Whoever is first decides, for good. */
const Claim = z.object({ file: z.string(), hash: z.string() });
export type Claim = z.infer<typeof Claim>;

/**
 * A file that is being made of requests, those of them that it gets the claims of. It is kept before the first claim names it
 * and until the file is whole, so that whoever meets such a claim can make the same file.
 */
const Closing = z.object({ file: z.string(), requests: z.array(StreamMessage) });
export type Closing = z.infer<typeof Closing>;

export const closedFilesPrefix = (stream: string): string => `streams/${streamName(stream)}/files/`;
const claimKey = (stream: string, key: string) => `${claimsPrefix}${streamName(stream)}/${key}.json`;
const closingKey = (stream: string, file: string) => `${parkedPrefix}${streamName(stream)}/${file}.json`;

/** Where the records of a request with a key are or will be; undefined while they are in the queue alone. */
export const claimedBy = async (objects: ObjectStore, stream: string, key: string): Promise<Claim | undefined> =>
  (await readJson(objects, claimKey(stream, key), Claim))?.value;

/** Begins a file of requests of one stream and format, the first of which was sent at a moment. */
export async function beginFile(
  objects: ObjectStore,
  requests: readonly StreamMessage[],
  sent: Date,
): Promise<Closing> {
  const [{ stream, format }] = requests as [StreamMessage];
  const of = contentHash(requests.map(({ key, hash }) => [key, hash])).slice(0, 12);
  const closing: Closing = { file: closedFileName(`${stampOf(sent)}-${of}`, format), requests: [...requests] };
  await writeJson(objects, closingKey(stream, closing.file), closing);
  return closing;
}

/** Makes the file, which comes out the same whoever does it and however often. Gives the claim of each of its requests. */
export async function finishFile(objects: ObjectStore, { file, requests }: Closing): Promise<Claim[]> {
  const [{ stream, format }] = requests as [StreamMessage];
  const claims = await fewAtOnce(requests, (request) => claim(objects, request, file));
  const own = requests.filter((_, n) => claims[n]?.file === file);
  if (own.length > 0) {
    const { head, foot } = fileLayouts[format];
    await objects.put(closedFilesPrefix(stream) + file, head + linesOf(own.flatMap(({ records }) => records)) + foot);
  }
  await objects.delete(closingKey(stream, file));
  return claims;
}

/** Makes a file that a claim names, unless it is whole: who began it may have ended before. */
export async function resumeFile(objects: ObjectStore, stream: string, file: string): Promise<void> {
  const found = await readJson(objects, closingKey(stream, file), Closing);
  if (found) await finishFile(objects, found.value);
}

/** Claims a request's records for a file; gives the claim that holds, which may be another's. One without a key is anybody's. */
async function claim(objects: ObjectStore, { stream, keyed, key, hash }: StreamMessage, file: string): Promise<Claim> {
  if (!keyed) return { file, hash };
  try {
    await objects.put(claimKey(stream, key), JSON.stringify({ file, hash }), { ifNoneMatch: '*' });
    return { file, hash };
  } catch (cause) {
    const claimed = cause instanceof Conflict ? await claimedBy(objects, stream, key) : undefined;
    if (!claimed) throw cause;
    return claimed;
  }
}
