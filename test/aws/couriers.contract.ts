import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { bucketInbox } from '../../adapters/couriers/bucket-inbox.ts';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { S3Objects } from '../../adapters/objects/s3.ts';
import type { CopySizes } from '../../adapters/objects/s3-copy.ts';
import { Courier } from '../../core/contracts/sources.ts';
import { courierSourceContract, fetched, going, onlyFile, textOf } from '../contracts/couriers.ts';
import { courierContext } from '../support/couriers.ts';
import { makeSshKey, type SftpUser, sftp, upload } from '../support/sftp.ts';
import { breakingConnections } from './breaking-connections.ts';
import { type Emulator, startEmulator } from './emulator.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const client = new S3Client(aws.client);
const MIB = 1024 ** 2;
/** Three parts of the least size. */
const large = Buffer.alloc(12_000_000, 'tributary');

async function newBucket() {
  const bucket = `inbox-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const folder = await mkdtemp(join(tmpdir(), 'inbox-'));
  return { bucket, folder, objects: new S3Objects({ client, bucket, folder }) };
}

/** A courier whose folder is `path` of the inbox. */
function inboxCourier(bucket: string, path?: string, more: { client?: S3Client; sizes?: CopySizes } = {}) {
  const file = { name: 'any', pattern: '*', format: { type: 'csv' } };
  const settings = path === undefined ? {} : { path };
  const courier = Courier.parse({ id: 'courier/test', type: 'folder', settings, files: [file] });
  return courierSource(courier, courierContext({}, { openFolder: bucketInbox({ client, bucket, ...more }) }));
}

courierSourceContract('a folder of the inbox in a bucket', async () => {
  const { bucket, objects } = await newBucket();
  const put = async (name: string, content: string) => void (await objects.put(`inbox/crm/${name}`, content));
  return { source: inboxCourier(bucket, 'crm'), objects, put };
});

describe('the inbox in a bucket', () => {
  it('gives a courier the files of its own folder, whichever way its path is written', async () => {
    const { bucket, objects } = await newBucket();
    for (const key of ['inbox/crm/a.csv', 'inbox/crm2/b.csv', 'inbox/c.csv', 'landing/d.csv', 'inbox/crm/empty/'])
      await objects.put(key, 'id\n');
    const listed = async (path?: string) => (await inboxCourier(bucket, path).list([], going)).map(({ name }) => name);
    for (const path of ['crm', 'crm/', './crm', 'shop/../crm']) expect(await listed(path)).toEqual(['a.csv']);
    expect(await listed()).toEqual(['c.csv', 'crm/a.csv', 'crm2/b.csv']);
    expect(await listed('nothing')).toEqual([]);
  });

  it('refuses a path or a name that leads out of it', async () => {
    const { bucket } = await newBucket();
    for (const path of ['..', '../landing', 'crm/../../landing', '/etc'])
      expect(() => inboxCourier(bucket, path)).toThrow(/courier\/test settings: path .* leads out of the inbox/);
    const file = { name: '../landing/a.csv', bytes: 3, modified: new Date(0).toISOString() };
    await expect(fetched(inboxCourier(bucket), file)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining("leads out of the courier's folder"),
    });
  });

  it('says that a file is gone which was there when it was listed', async () => {
    const { bucket, objects } = await newBucket();
    await objects.put('inbox/a.csv', 'id\n');
    const source = inboxCourier(bucket);
    const file = await onlyFile(source);
    await objects.delete('inbox/a.csv');
    await expect(fetched(source, file)).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it('tells a file from another of its name and size, however soon it came', async () => {
    const { bucket, objects } = await newBucket();
    const source = inboxCourier(bucket);
    const listed = async (content: string) => {
      await objects.put('inbox/a.csv', content);
      return onlyFile(source);
    };
    const [one, two] = [await listed('id\n1\n'), await listed('id\n2\n')];
    expect(one.bytes).toBe(two.bytes);
    expect(one.etag).not.toBe(two.etag);
    await expect(fetched(source, one)).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it('lands a file that is larger than a part, and none of it when it changed after it was read', async () => {
    const { bucket, objects } = await newBucket();
    const source = inboxCourier(bucket, 'crm', { sizes: { whole: 5 * MIB, part: 5 * MIB } });
    await objects.put('inbox/crm/ü & large.csv', large);
    const file = await onlyFile(source);
    const [first, second] = [await fetched(source, file), await fetched(source, file)];
    await first.land(objects, 'landing/first');
    expect(large.equals((await objects.get('landing/first'))?.body ?? Buffer.alloc(0))).toBe(true);
    expect(first.sha256).toBe(createHash('sha256').update(large).digest('hex'));

    await objects.put('inbox/crm/ü & large.csv', Buffer.alloc(large.length, 'other'));
    await expect(second.land(objects, 'landing/second')).rejects.toMatchObject({ name: 'FileChanged' });
    expect(await objects.list('landing/')).toEqual([{ key: 'landing/first', bytes: large.length }]);
    expect((await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))).Uploads ?? []).toEqual([]);
  });

  it('goes on where a connection broke, unless the file changed meanwhile', async () => {
    const { bucket, objects } = await newBucket();
    const broken = await breakingConnections(aws.endpoint, 3 * MIB);
    const source = inboxCourier(bucket, 'crm', { client: new S3Client({ ...aws.client, endpoint: broken.endpoint }) });
    await objects.put('inbox/crm/a.csv', large);
    const file = await onlyFile(source);
    const { bytes, sha256 } = await fetched(source, file);
    expect({ bytes, sha256 }).toEqual({
      bytes: large.length,
      sha256: createHash('sha256').update(large).digest('hex'),
    });
    expect(broken.times()).toBe(3);

    broken.meanwhile = () => objects.put('inbox/crm/a.csv', Buffer.alloc(large.length, 'other'));
    await expect(fetched(source, file)).rejects.toMatchObject({ name: 'FileChanged' });
    await broken.close();
  });

  it('says how far it came with a file when the time of its function is up', async () => {
    const { bucket, objects } = await newBucket();
    const source = inboxCourier(bucket);
    await objects.put('inbox/a.csv', large);
    const over = fetched(source, await onlyFile(source), AbortSignal.abort());
    await expect(over).rejects.toMatchObject({
      name: 'OutOfTime',
      message: expect.stringMatching(
        /^a.csv has 12000000 bytes, and 0 of them were read when the time of the function was up$/,
      ),
    });
  });

  it('has what was sent to the SFTP site', async () => {
    const { bucket, folder, objects } = await newBucket();
    const user = await openSite(aws, bucket);
    const path = join(folder, 'sent.csv');
    await writeFile(path, 'id\n1\n');
    await sftp(user, ['mkdir crm']);
    await upload(user, path, 'crm/customers.csv');
    const source = inboxCourier(bucket, 'crm');
    const file = await onlyFile(source);
    expect(file).toMatchObject({ name: 'customers.csv', bytes: 5 });
    await (await fetched(source, file)).land(objects, 'landing/customers.csv');
    expect(await textOf(objects, 'landing/customers.csv')).toBe('id\n1\n');
    const stranger = { ...user, key: await makeSshKey() };
    await expect(sftp(stranger, ['ls'])).rejects.toThrow(/Permission denied/);
  });
});

/** An SFTP site whose user sees the inbox of the bucket as its root. */
async function openSite({ sftpPort: port }: Emulator, bucket: string): Promise<SftpUser> {
  const key = await makeSshKey();
  const { ServerId } = await transfer('CreateServer', { Protocols: ['SFTP'], IdentityProviderType: 'SERVICE_MANAGED' });
  await transfer('CreateUser', {
    ServerId,
    UserName: 'acme',
    Role: `arn:aws:iam::${aws.account}:role/sftp`,
    HomeDirectoryType: 'LOGICAL',
    HomeDirectoryMappings: [{ Entry: '/', Target: `/${bucket}/inbox` }],
    SshPublicKeyBody: key.publicKey,
  });
  return { port, user: 'acme', key };
}

/** One call of AWS Transfer, whose SDK the product doesn't need. */
async function transfer(action: string, body: unknown): Promise<Record<string, string>> {
  const scope = `${aws.client.credentials.accessKeyId}/20260101/${aws.region}/transfer/aws4_request`;
  const answer = await fetch(aws.endpoint, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `TransferService.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`,
    },
  });
  if (!answer.ok) throw new Error(`${action}: ${await answer.text()}`);
  return (await answer.json()) as Record<string, string>;
}
