import { mkdir, mkdtemp, readdir, rmdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { streamFolders } from '../../adapters/streams/folders.ts';
import { StreamLogs } from '../../adapters/streams/stream-logs.ts';
import { Stream } from '../../core/contracts/streams.ts';

const stream = Stream.parse({ id: 'stream/events', roll: { megabytes: 1 } });
const large = JSON.stringify({ text: 'x'.repeat(1_000_000) });

async function newStream() {
  const root = await mkdtemp(join(tmpdir(), 'streams-'));
  const folders = streamFolders(root, 'events');
  const failed = vi.fn();
  const logs = new StreamLogs(root, { closed: () => undefined, failed });
  const append = (record: string, key?: string) =>
    logs.append(stream, { records: [record], ...(key !== undefined && { key }) });
  const files = async () => (await readdir(folders.files, { recursive: true })).filter((name) => name.endsWith('json'));
  return { folders, append, files, failed, logs };
}

it('a log that can not become a file holds up none of those behind it, and is tried again with them', async () => {
  const { folders, append, files, failed, logs } = await newStream();
  await append('{"n":1}');
  const [first = ''] = await readdir(folders.logs);
  const inTheWay = join(folders.logs, `${first}.file`);
  await mkdir(inTheWay);
  await append(large);
  await append(large);
  await vi.waitFor(async () => expect(await files()).toHaveLength(1));
  expect(failed).toHaveBeenCalledWith(stream.id, expect.objectContaining({ code: 'EISDIR' }));
  await rmdir(inTheWay);
  await append(large);
  await vi.waitFor(async () => expect(await files()).toHaveLength(3));
  await logs.close();
});

it('keys of requests are kept for a day, however long the server runs', async () => {
  const { folders, append, files, logs } = await newStream();
  await append('{"n":1}', 'a-key');
  const yesterday = join(folders.keys, '20261101T000000000.keys');
  await writeFile(yesterday, 'key hash\n');
  const longAgo = Date.now() / 1000 - 25 * 3600;
  await utimes(yesterday, longAgo, longAgo);
  await append(large);
  await vi.waitFor(async () => expect(await files()).toHaveLength(1));
  await logs.close();
  expect(await readdir(folders.keys)).toHaveLength(1);
});
