import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { copyObject } from '../../adapters/objects/s3-copy.ts';
import { NotFound } from '../../core/errors.ts';
import { objectStoreContract } from '../contracts/objects.ts';
import { startEmulator } from './emulator.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const client = new S3Client(aws.client);

async function newBucket() {
  const bucket = `objects-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { client, bucket, folder: await mkdtemp(join(tmpdir(), 'objects-')) };
}

objectStoreContract('a bucket', async () => new S3Objects(await newBucket()));

describe('a bucket', () => {
  it('lists more keys than S3 gives at once', async () => {
    const objects = new S3Objects(await newBucket());
    const keys = Array.from({ length: 1_100 }, (_, n) => `runs/${String(n).padStart(4, '0')}`);
    for (let n = 0; n < keys.length; n += 50)
      await Promise.all(keys.slice(n, n + 50).map((key) => objects.put(key, '')));
    expect((await objects.list('runs/')).map(({ key }) => key)).toEqual(keys);
  });

  it('takes in a file that is larger than one part, and brings it again', async () => {
    const place = await newBucket();
    const path = join(place.folder, 'large');
    await writeFile(path, Buffer.alloc(12_000_000, 'tributary'));
    await new S3Objects(place).adopt(path, 'landing/large.csv');
    await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
    const brought = await new S3Objects(place).locate('landing/large.csv');
    expect((await stat(brought)).size).toBe(12_000_000);
  });

  it('brings an object anew when the folder was emptied', async () => {
    const place = await newBucket();
    const objects = new S3Objects(place);
    await objects.put('a.csv', 'x');
    await rm(await objects.locate('a.csv'));
    expect((await stat(await objects.locate('a.csv'))).size).toBe(1);
  });

  it('copies objects inside the bucket, a large one in parts', async () => {
    const place = await newBucket();
    const objects = new S3Objects(place);
    await objects.put('a/name with spaces, ü & +.csv', 'bytes');
    await objects.copy('a/name with spaces, ü & +.csv', 'b.csv');
    expect(Buffer.from((await objects.get('b.csv'))?.body ?? []).toString()).toBe('bytes');
    await expect(objects.copy('absent', 'c')).rejects.toBeInstanceOf(NotFound);

    const bytes = Buffer.alloc(12_000_000, 'tributary');
    const etag = await objects.put('large', bytes);
    const copy = { bucket: place.bucket, from: 'large', to: 'copied', bytes: bytes.length, etag };
    await copyObject(client, copy, { whole: 5 * 1024 ** 2, part: 5 * 1024 ** 2 });
    expect(bytes.equals((await objects.get('copied'))?.body ?? Buffer.alloc(0))).toBe(true);
  });
});
