import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { hostedNetwork } from '../../adapters/couriers/network.ts';
import { courierSource } from '../../adapters/couriers/registry.ts';
import { testConnection } from '../../adapters/couriers/test-connection.ts';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { S3Objects } from '../../adapters/objects/s3.ts';
import { Courier, CourierFile } from '../../core/contracts/sources.ts';
import { courierSourceContract, fetched, going } from '../contracts/couriers.ts';
import { aConnection, courierContext } from '../support/couriers.ts';
import { breakingConnections } from './breaking-connections.ts';
import { startEmulator } from './emulator.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const client = new S3Client(aws.client);
const { accessKeyId: access_key_id } = aws.client.credentials;
const secret_access_key = 'the-other-half-of-the-key';
const context = courierContext({ secret_access_key });

/** A bucket of a partner's, on a store that has an address of its own. */
async function newBucket() {
  const bucket = `partner-${randomUUID()}`;
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  const objects = new S3Objects({ client, bucket, folder: await mkdtemp(join(tmpdir(), 'partner-')) });
  const settings = { bucket, region: aws.region, endpoint: aws.endpoint, path_style: true, access_key_id };
  return {
    settings,
    put: async (name: string, content: string | Uint8Array) => void (await objects.put(name, content)),
  };
}

const fileOf = (pattern: string) => CourierFile.parse({ name: 'any', pattern, format: { type: 'csv' } });

function sourceOf(settings: Record<string, unknown>, prefix = '') {
  const courier = { id: 'courier/test', type: 's3', connection: 'connection/test', settings: { prefix } };
  return courierSource(Courier.parse({ ...courier, files: [fileOf('*')] }), context, aConnection('s3', settings));
}

courierSourceContract('a bucket', async () => {
  const { settings, put } = await newBucket();
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'objects-')));
  return { source: sourceOf(settings, 'out/'), objects, put: (name, content) => put(`out/${name}`, content) };
});

describe('an S3 courier', () => {
  it('goes on where it was after its server went and came again', async () => {
    const { settings, put } = await newBucket();
    const content = randomBytes(12_000_000);
    await put('large.csv', content);
    const broken = await breakingConnections(aws.endpoint, 3_000_000);
    broken.meanwhile = () => broken.restart();
    const source = sourceOf({ ...settings, endpoint: broken.endpoint });
    const [file] = await source.list([fileOf('large.*')], going);
    if (!file) throw new Error('nothing was listed');
    const { bytes, sha256 } = await fetched(source, file);
    expect({ bytes, sha256 }).toEqual({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(broken.times()).toBeGreaterThan(2);
    await broken.close();
    await source.close?.();
  });

  it('says why a connection does not work, and not by what it was signed in', async () => {
    const { settings } = await newBucket();
    const tried = (also: Record<string, unknown>, more = context) =>
      testConnection(aConnection('s3', { ...settings, ...also }), more);
    expect(await tried({})).toMatchObject({ works: true, seen: { bucket: settings.bucket } });
    expect(await tried({ bucket: 'nobody-has-this' })).toMatchObject({
      works: false,
      message: expect.stringContaining('bucket nobody-has-this at http'),
    });
    const gone = await tried({ endpoint: 'http://127.0.0.1:1' });
    expect(gone.message).toContain("can't be reached: ECONNREFUSED");
    expect(JSON.stringify(gone)).not.toContain(secret_access_key);
  });

  it('does not ask an address of the platform in a hosted home', async () => {
    const { settings } = await newBucket();
    const hosted = courierContext({ secret_access_key }, { network: hostedNetwork });
    for (const endpoint of [
      'http://169.254.169.254',
      'http://localhost:9001',
      'http://[fd00:ec2::254]',
      'http://2852039166',
    ]) {
      expect(await testConnection(aConnection('s3', { ...settings, endpoint }), hosted)).toMatchObject({
        works: false,
        message: expect.stringContaining('is an address of the platform itself'),
      });
    }
  });
});
