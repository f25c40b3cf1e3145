import { mkdtemp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EncryptedFileSecrets } from '../../adapters/secrets/encrypted-file.ts';
import { UnreadableFile } from '../../core/errors.ts';
import { secretsContract } from './secrets.ts';

async function newFile() {
  const home = await mkdtemp(join(tmpdir(), 'secrets-'));
  return { home, file: join(home, 'production', 'secrets'), keyFile: join(home, 'key'), owner: 'acme/production' };
}

secretsContract('an encrypted file', async () => new EncryptedFileSecrets(await newFile()));

describe('an encrypted file', () => {
  it('shows nothing of a secret, and is of this user alone', async () => {
    const { home, ...options } = await newFile();
    await new EncryptedFileSecrets(options).put('sftp/shop/password', 'correct horse');
    const bytes = await readFile(options.file);
    expect([bytes.includes('correct horse'), bytes.includes('shop')]).toEqual([false, false]);
    for (const path of [options.file, options.keyFile]) expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readdir(home)).sort()).toEqual(['key', 'production']);
    expect(await readdir(join(home, 'production'))).toEqual(['secrets']);
  });

  it('is read by another process with the same key', async () => {
    const options = await newFile();
    await new EncryptedFileSecrets(options).put('a', '1');
    expect(await new EncryptedFileSecrets(options).get('a')).toBe('1');
  });

  it('is refused when a byte of it was changed, or it is of another environment or key', async () => {
    const options = await newFile();
    await new EncryptedFileSecrets(options).put('a', 'the secret');
    const bytes = await readFile(options.file);
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      await writeFile(options.file, changed);
      await expect(new EncryptedFileSecrets(options).get('a')).rejects.toBeInstanceOf(UnreadableFile);
    }
    for (const cut of [0, 11, bytes.length - 1]) {
      await writeFile(options.file, bytes.subarray(0, cut));
      await expect(new EncryptedFileSecrets(options).put('a', 'x')).rejects.toBeInstanceOf(UnreadableFile);
    }
    await writeFile(options.file, bytes);
    const others = [{ owner: 'acme/sandbox' }, { keyFile: (await newFile()).keyFile }];
    for (const other of others) {
      const refused = new EncryptedFileSecrets({ ...options, ...other }).get('a');
      await expect(refused).rejects.toThrow(/can't be decrypted/);
    }
    expect(await new EncryptedFileSecrets(options).get('a')).toBe('the secret');
  });
});
