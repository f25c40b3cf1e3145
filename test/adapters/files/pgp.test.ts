import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createMessage, encrypt, generateKey, readKey, readPrivateKey } from 'openpgp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { makePgpKey } from '../../../adapters/pgp/make-key.ts';
import { PgpKeys } from '../../../core/pgp/keys.ts';
import type { Secrets } from '../../../core/ports.ts';
import { FileBench, feedOf } from '../../support/files.ts';
import { piped } from '../../support/packing.ts';
import { zipOf } from '../../support/zip.ts';

interface Pair {
  publicKey: string;
  privateKey: string;
}

const people = feedOf('id,name');
const content = 'id,name\n1,Zoë\n';
let bench: FileBench;
let [ours, older, sender, stranger]: Pair[] = [];
const pair = (name: string): Promise<Pair> =>
  generateKey({ type: 'curve25519', userIDs: [{ name }], format: 'armored' });
beforeAll(async () => {
  bench = await FileBench.open();
  [ours, older, sender, stranger] = [await pair('acme'), await pair('acme'), await pair('shop'), await pair('nobody')];
});
afterAll(() => bench.close());

async function encrypted(
  bytes: string | Uint8Array,
  to: Pair | undefined,
  signer?: Pair,
  format: 'binary' | 'armored' = 'binary',
) {
  const message = await createMessage({ binary: Buffer.from(bytes) });
  const encryptionKeys = await readKey({ armoredKey: to?.publicKey ?? '' });
  const signed = signer && { signingKeys: await readPrivateKey({ armoredKey: signer.privateKey }) };
  return Buffer.from((await encrypt({ message, encryptionKeys, ...signed, format: format as never })) as Uint8Array);
}

const keys = () => [ours?.privateKey ?? '', older?.privateKey ?? ''];
const read = (name: string, bytes: Uint8Array, format = {}) =>
  bench.read(name, bytes, people, { decryptionKeys: keys(), format: { type: 'csv', ...format } });

it.each(['binary', 'armored'] as const)('opens a file that is encrypted for one of the keys, %s', async (format) => {
  for (const to of [ours, older]) {
    const { staged } = await read(`${format}.pgp`, await encrypted(content, to, undefined, format));
    expect(staged).toMatchObject([{ id: '1', name: 'Zoë' }]);
  }
});

it('opens what is compressed or an archive within', async () => {
  for (const packed of [gzipSync(content), zipOf({ 'a.csv': content })]) {
    expect((await read('packed.pgp', await encrypted(packed, ours))).staged).toMatchObject([{ name: 'Zoë' }]);
  }
});

it('opens what GnuPG encrypts', async () => {
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  const gpg = (args: string[], input: string) =>
    piped('gpg', ['--homedir', home, '--batch', '--yes', '--quiet', ...args], input);
  const { publicKey, privateKey, fingerprint } = await makePgpKey('acme');
  gpg(['--import'], publicKey);
  const bytes = gpg(['--trust-model', 'always', '--recipient', fingerprint, '--encrypt'], content);
  expect((await bench.read('gnupg.pgp', bytes, people, { decryptionKeys: [privateKey] })).staged).toMatchObject([
    { id: '1', name: 'Zoë' },
  ]);
});

it('asks for the signature of a sender where the format does', async () => {
  const signed_by = [stranger?.publicKey ?? '', sender?.publicKey ?? ''];
  const signed = await encrypted(content, ours, sender);
  expect((await read('signed.pgp', signed, { signed_by })).counts.rows_staged).toBe(1);
  expect((await read('signed.pgp', signed)).counts.rows_staged).toBe(1);
  for (const [bytes, why] of [
    [await encrypted(content, ours), /refused\.pgp is not signed: expected a valid signature of/],
    [await encrypted(content, ours, older), /refused\.pgp is signed with [0-9a-f]{16}: expected a valid signature/],
    [Buffer.from(content), /refused\.pgp is not encrypted with PGP: expected a signed file/],
  ] as const) {
    await expect(read('refused.pgp', bytes, { signed_by })).rejects.toMatchObject({
      name: 'UnreadableFile',
      message: expect.stringMatching(why),
    });
  }
});

it('says of a file that is signed and not encrypted that it is, and of what is no message what it is', async () => {
  const home = mkdtempSync(join(tmpdir(), 'gpg-'));
  const gpg = (args: string[], input: string) =>
    piped('gpg', ['--homedir', home, '--batch', '--yes', '--quiet', ...args], input);
  gpg(['--passphrase', '', '--quick-gen-key', 'shop', 'ed25519'], '');
  const ways = [
    ['--sign'],
    ['--sign', '-z', '0'],
    ['--sign', '--armor'],
    ['--clear-sign'],
    ['--detach-sign'],
    ['--store', '--armor'],
  ];
  for (const way of ways) {
    for (const format of [{}, { signed_by: [sender?.publicKey ?? ''] }])
      await expect(read('signed.csv', gpg(way, content), format), way.join(' ')).rejects.toMatchObject({
        name: 'UnreadableFile',
        message: expect.stringMatching(/^signed\.csv is signed or packed with PGP, and not encrypted: expected/),
      });
  }
  await expect(read('key.asc', Buffer.from(ours?.publicKey ?? ''))).rejects.toThrow(
    'key.asc is a PGP public key block:',
  );
});

it('lands nothing of a file that was changed or cut, wherever', async () => {
  const whole = await encrypted(
    `id,name\n${Array.from({ length: 5000 }, (_, n) => `${n},${Math.sin(n)}`).join('\n')}`,
    ours,
  );
  for (const place of [200, 300, whole.length >> 1, whole.length - 30, whole.length - 1]) {
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(place) ^ 1, place);
    for (const bytes of [changed, whole.subarray(0, place)]) {
      await expect(read('changed.pgp', bytes), `byte ${place}`).rejects.toMatchObject({ name: 'UnreadableFile' });
    }
  }
});

it('says which key a file is encrypted for when it is none of ours', async () => {
  await expect(read('theirs.pgp', await encrypted(content, stranger))).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringMatching(/^theirs\.pgp is encrypted for the key [0-9a-f]{16}: expected one of/),
  });
  await expect(bench.read('none.pgp', await encrypted(content, ours), people)).rejects.toMatchObject({
    name: 'UnreadableFile',
    message: expect.stringMatching(/there is no key: `tributary pgp create`/),
  });
});

it('keeps the keys before the newest until they are removed, and their private halves among the secrets alone', async () => {
  const kept = new Map<string, string>();
  const secrets: Secrets = {
    get: async (name) => kept.get(name),
    put: async (name, value) => void kept.set(name, value),
    remove: async (name) => void kept.delete(name),
  };
  const objects = new FilesystemObjects(join(bench.folder, 'objects'));
  const store = new PgpKeys({ objects, secrets });
  const add = (fingerprint: string, day: number, isFirst: boolean) =>
    store.add(
      { fingerprint, name: 'acme', publicKey: 'public', privateKey: `private ${day}` },
      new Date(Date.UTC(2026, 0, day)),
      { isFirst },
    );
  const [first, next] = ['a'.repeat(40), 'b'.repeat(40)];
  await expect(add(first, 1, false)).rejects.toMatchObject({ name: 'Conflict' });
  await add(first, 1, true);
  await expect(add(next, 2, true)).rejects.toMatchObject({ name: 'Conflict' });
  await add(next, 2, false);
  expect(await store.list()).toMatchObject([
    { fingerprint: next, current: true },
    { fingerprint: first, current: false },
  ]);
  expect(await store.privateKeys()).toEqual(['private 2', 'private 1']);
  const stored = await Promise.all(
    (await objects.list('')).map(async ({ key }) => Buffer.from((await objects.get(key))?.body ?? '').toString()),
  );
  expect(stored.join()).not.toContain('private');
  await store.remove(first);
  expect(await store.privateKeys()).toEqual(['private 2']);
  await expect(store.remove(first)).rejects.toMatchObject({ name: 'NotFound' });
});
