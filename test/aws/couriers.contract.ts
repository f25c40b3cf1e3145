import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { bucketInbox } from '../../adapters/couriers/bucket-inbox.ts';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { Courier } from '../../core/contracts/sources.ts';
import { courierSourceContract } from '../contracts/couriers.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { makeSshKey, type SftpUser, sftp, upload } from './sftp.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const client = new S3Client(aws.client);
const going = new AbortController().signal;

async function newBucket() {
  const bucket = `inbox-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const folder = await mkdtemp(join(tmpdir(), 'inbox-'));
  return { bucket, folder, objects: new S3Objects({ client, bucket, folder }) };
}

/** A courier whose folder is `path` of the inbox. */
function inboxCourier(bucket: string, path?: string) {
  const file = { name: 'any', pattern: '*', format: { type: 'csv' } };
  const settings = path === undefined ? {} : { path };
  const courier = Courier.parse({ id: 'courier/test', type: 'folder', settings, files: [file] });
  return courierSource(courier, { openFolder: bucketInbox({ client, bucket }) });
}

courierSourceContract('a folder of the inbox in a bucket', async () => {
  const { bucket, objects } = await newBucket();
  const put = async (name: string, content: string) => void (await objects.put(`inbox/crm/${name}`, content));
  return { source: inboxCourier(bucket, 'crm'), put };
});

describe('the inbox in a bucket', () => {
  it('gives a courier the files of its own folder, whichever way its path is written', async () => {
    const { bucket, objects } = await newBucket();
    for (const key of ['inbox/crm/a.csv', 'inbox/crm2/b.csv', 'inbox/c.csv', 'landing/d.csv', 'inbox/crm/empty/'])
      await objects.put(key, 'id\n');
    const listed = async (path?: string) => (await inboxCourier(bucket, path).list([])).map(({ name }) => name);
    for (const path of ['crm', 'crm/', './crm', 'shop/../crm']) expect(await listed(path)).toEqual(['a.csv']);
    expect(await listed()).toEqual(['c.csv', 'crm/a.csv', 'crm2/b.csv']);
    expect(await listed('nothing')).toEqual([]);
  });

  it('refuses a path or a name that leads out of it', async () => {
    const { bucket, folder } = await newBucket();
    for (const path of ['..', '../landing', 'crm/../../landing', '/etc'])
      expect(() => inboxCourier(bucket, path)).toThrow(/courier\/test settings: path .* leads out of the inbox/);
    const file = { name: '../landing/a.csv', bytes: 3, modified: new Date(0).toISOString() };
    await expect(inboxCourier(bucket).fetch(file, join(folder, 'a'), going)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringContaining("leads out of the courier's folder"),
    });
  });

  it('says that a file is gone which was there when it was listed', async () => {
    const { bucket, folder, objects } = await newBucket();
    await objects.put('inbox/a.csv', 'id\n');
    const source = inboxCourier(bucket);
    const [file] = await source.list([]);
    if (file === undefined) throw new Error('nothing was listed');
    await objects.delete('inbox/a.csv');
    await expect(source.fetch(file, join(folder, 'a'), going)).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it('tells a file from another of its name and size, however soon it came', async () => {
    const { bucket, folder, objects } = await newBucket();
    const source = inboxCourier(bucket);
    const listed = async (content: string) => {
      await objects.put('inbox/a.csv', content);
      const [file] = await source.list([]);
      if (file === undefined) throw new Error('nothing was listed');
      return file;
    };
    const [one, two] = [await listed('id\n1\n'), await listed('id\n2\n')];
    expect(one.bytes).toBe(two.bytes);
    expect(one.etag).not.toBe(two.etag);
    await expect(source.fetch(one, join(folder, 'a'), going)).rejects.toMatchObject({ name: 'FileChanged' });
  });

  it('has what was sent to the SFTP site', async () => {
    const { bucket, folder } = await newBucket();
    const user = await openSite(aws, bucket);
    const path = join(folder, 'sent.csv');
    await writeFile(path, 'id\n1\n');
    await sftp(user, ['mkdir crm']);
    await upload(user, path, 'crm/customers.csv');
    const source = inboxCourier(bucket, 'crm');
    const [file] = await source.list([]);
    expect(file).toMatchObject({ name: 'customers.csv', bytes: 5 });
    if (file) await source.fetch(file, join(folder, 'fetched.csv'), going);
    expect(await readFile(join(folder, 'fetched.csv'), 'utf8')).toBe('id\n1\n');
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
