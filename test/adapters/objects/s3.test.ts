import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { GetObjectCommand, PutObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { S3Objects } from '../../../adapters/objects/s3.ts';
import { Conflict } from '../../../core/errors.ts';

const client = new S3Client({ region: 'eu-west-2' });
const s3 = mockClient(client);
beforeEach(() => s3.reset());

const folder = await mkdtemp(join(tmpdir(), 'objects-'));
const objects = new S3Objects({ client, bucket: 'lake', folder });

const refusal = (name: string, httpStatusCode: number, attempts: number) =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode, attempts } });
const bodyOf = (text: string) => ({ transformToByteArray: async () => Buffer.from(text) }) as never;

describe('objects in S3, when requests go wrong', () => {
  it('takes a write whose answer was lost for written when it meets itself', async () => {
    s3.on(PutObjectCommand).rejects(refusal('PreconditionFailed', 412, 2));
    s3.on(GetObjectCommand).resolves({ Body: bodyOf('mine'), ETag: '"now"' });
    expect(await objects.put('head', 'mine', { ifMatch: '"before"' })).toBe('"now"');
    await expect(objects.put('head', 'other', { ifMatch: '"before"' })).rejects.toBeInstanceOf(Conflict);
  });

  it('takes a write that was sent once for lost, whatever it meets', async () => {
    s3.on(PutObjectCommand).rejects(refusal('PreconditionFailed', 412, 1));
    s3.on(GetObjectCommand).resolves({ Body: bodyOf('same'), ETag: '"now"' });
    await expect(objects.put('lease', 'same', { ifNoneMatch: '*' })).rejects.toThrow('lease is there already');
  });

  it('takes a write that another was under way with for lost', async () => {
    s3.on(PutObjectCommand).rejects(refusal('ConditionalRequestConflict', 409, 1));
    await expect(objects.put('head', 'x', { ifMatch: '"before"' })).rejects.toThrow('head was changed meanwhile');
  });

  it('says what S3 said when it refuses access', async () => {
    s3.on(PutObjectCommand).rejects(refusal('AccessDenied', 403, 1));
    s3.on(GetObjectCommand).rejects(refusal('AccessDenied', 403, 1));
    await expect(objects.put('head', 'x', { ifMatch: '"before"' })).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(objects.get('head')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('leaves no half of an object where it is located', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half');
        throw new Error('connection lost');
      })(),
    );
    s3.on(GetObjectCommand).resolves({ Body: broken as never, ETag: '"now"' });
    await expect(objects.locate('landing/a.csv')).rejects.toThrow('connection lost');
    expect(await readdir(join(folder, 'landing'))).toEqual([]);
  });
});
