import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { SqsIntake } from '../../../adapters/streams/sqs-intake.ts';
import { Stream } from '../../../core/contracts/streams.ts';
import type { ObjectStore } from '../../../core/ports.ts';
import { closedFilesPrefix } from '../../../core/streams/closing.ts';
import { closeQueued, type QueuedMessage } from '../../../core/streams/queued.ts';

const stream = Stream.parse({ id: 'stream/events' });
const client = new SQSClient({ region: 'eu-central-1' });
const sqs = mockClient(client);
let objects: FilesystemObjects;
let intake: SqsIntake;
let queue: QueuedMessage[];

beforeEach(async () => {
  objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'queued-')));
  intake = new SqsIntake({ client, queue: 'https://queue', objects });
  queue = [];
  sqs.reset();
  sqs.on(SendMessageCommand).callsFake(({ MessageBody: body }) => {
    queue.push({ id: `m${queue.length}`, body, sent: new Date(Date.UTC(2026, 10, 27) + queue.length) });
  });
});

/** Sends a record, and gives the message that it became. */
async function send(record: string, key?: string): Promise<QueuedMessage> {
  await intake.append(stream, { records: [record], ...(key !== undefined && { key }) });
  return queue.at(-1) as QueuedMessage;
}

/** Records of all closed files, file by file. */
async function inFiles(): Promise<string[][]> {
  const files = await objects.list(closedFilesPrefix(stream.id));
  const texts = files.map(async ({ key }) => Buffer.from((await objects.get(key))?.body ?? []).toString());
  return (await Promise.all(texts)).map((text) => text.trimEnd().split('\n'));
}

it('a message that is delivered again with other ones is in one file, pulled or not', async () => {
  const [a, b, c] = [await send('a', 'k'), await send('b', 'l'), await send('c', 'm')];
  await closeQueued(objects, [a, b]);
  expect(await closeQueued(objects, [a])).toMatchObject({ refused: [] });
  await closeQueued(objects, [b, c]);
  const [pulled] = await objects.list(closedFilesPrefix(stream.id));
  expect(await inFiles()).toEqual([['a', 'b'], ['c']]);
  await objects.delete(pulled?.key ?? '');
  await closeQueued(objects, [b, a]);
  expect(await inFiles()).toEqual([['c']]);
});

it('what two functions have at the same time is in one file', async () => {
  const [a, b, c] = [await send('a', 'k'), await send('b', 'l'), await send('c', 'm')];
  await Promise.all([[a, b], [c, b], [a], [b, a], [c, a]].map((batch) => closeQueued(objects, batch)));
  expect((await inFiles()).flat().toSorted()).toEqual(['a', 'b', 'c']);
});

it('none is lost or twice, wherever a function ends in the midst and whatever is delivered again together', async () => {
  let ended = true;
  for (let writes = 0; ended; writes++) {
    const names = ['a', 'b', 'c'].map((name) => `${name}${writes}`);
    const [a, b, c] = [
      await send(names[0] ?? '', `a${writes}`),
      await send(names[1] ?? '', `b${writes}`),
      await send(names[2] ?? '', `c${writes}`),
    ];
    ended = await closeQueued(endingAfter(writes), [a, b, c]).then(
      () => false,
      () => true,
    );
    // The same once more may end at another place.
    await closeQueued(endingAfter(Math.floor(writes / 2)), [b]).catch(() => undefined);
    for (const batch of [[b], [c, a], [a]]) expect((await closeQueued(objects, batch)).refused).toEqual([]);
    const found = (await inFiles()).flat().filter((record) => names.includes(record));
    expect(found.toSorted(), `after ${writes} writes`).toEqual(names);
  }
});

it('a request without a key is never in no file, and in two only where the queue delivers it twice', async () => {
  const [a, b] = [await send('a'), await send('a')];
  await closeQueued(objects, [a, b, a]);
  expect(await inFiles()).toEqual([['a', 'a']]);
  await expect(closeQueued(endingAfter(1), [a])).rejects.toThrow('the function ended');
  await closeQueued(objects, [a]);
  expect((await inFiles()).toSorted((one, other) => one.length - other.length)).toEqual([['a'], ['a', 'a']]);
});

it('a repeated request is kept once, be it in the queue or told to its sender', async () => {
  const [first, again] = [await send('a', 'k'), await send('a', 'k')];
  expect(await closeQueued(objects, [first, again])).toMatchObject({ refused: [] });
  expect(await closeQueued(objects, [again])).toMatchObject({ refused: [] });
  expect(await inFiles()).toEqual([['a']]);
  expect(await intake.append(stream, { records: ['a'], key: 'k' })).toBe(true);
});

it('other records with the key of an earlier request are refused at the door, and where the queue has both they stay in it', async () => {
  const [first, other, later] = [await send('a', 'k'), await send('b', 'k'), await send('c', 'k')];
  const refused = (id: string) => ({
    id,
    cause: { name: 'Conflict', message: expect.stringMatching(/stream\/events.*other records/) },
  });
  expect((await closeQueued(objects, [other, first])).refused).toMatchObject([refused(other.id)]);
  expect((await closeQueued(objects, [later])).refused).toMatchObject([refused(later.id)]);
  expect(await inFiles()).toEqual([['a']]);
  await expect(send('d', 'k')).rejects.toMatchObject({ name: 'Conflict' });
});

it('a message that can not be read stays in the queue, and the others of its batch are in a file', async () => {
  const [a, broken] = [await send('a'), { id: 'broken', body: '{"parked":"stream-parked/gone"}', sent: new Date(0) }];
  const { refused, streams } = await closeQueued(objects, [a, broken]);
  expect(refused).toMatchObject([{ id: 'broken', cause: { name: 'NotFound' } }]);
  expect([streams, await inFiles()]).toEqual([[stream.id], [['a']]]);
});

/** The store as a function has it that ends before its next write. */
function endingAfter(writes: number): ObjectStore {
  let left = writes;
  const counted =
    <Args extends unknown[], Answer>(write: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      if (left-- <= 0) throw new Error('the function ended');
      return write(...args);
    };
  return Object.assign(Object.create(objects) as ObjectStore, {
    get: objects.get.bind(objects),
    put: counted(objects.put.bind(objects)),
    delete: counted(objects.delete.bind(objects)),
  });
}
