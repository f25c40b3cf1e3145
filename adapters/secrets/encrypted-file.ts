import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UnreadableFile } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports.ts';

const CIPHER = 'aes-256-gcm';
const [KEY_BYTES, NONCE_BYTES, TAG_BYTES] = [32, 12, 16];

interface EncryptedFileOptions {
  /** Path of what is encrypted: a nonce, a tag, and the JSON of all secrets by name. */
  file: string;
  /** Path of the key, which is made when it is first needed and only this user may read. */
  keyFile: string;
  /** Whose secrets they are, such as `acme/production`: the file of another is refused. */
  owner: string;
}

/** Secrets of one environment in an encrypted file of this machine, owned by one process. */
export class EncryptedFileSecrets implements Secrets {
  readonly #options: EncryptedFileOptions;
  /** One change at a time, since each writes the whole file. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(options: EncryptedFileOptions) {
    this.#options = options;
  }

  async get(name: string): Promise<string | undefined> {
    return (await this.#read()).get(name);
  }

  put(name: string, value: string): Promise<void> {
    return this.#change((secrets) => secrets.set(name, value));
  }

  remove(name: string): Promise<void> {
    return this.#change((secrets) => secrets.delete(name));
  }

  #change(change: (secrets: Map<string, string>) => unknown): Promise<void> {
    const changed = this.#changing.then(async () => {
      const secrets = await this.#read();
      if (change(secrets) !== false) await this.#write(secrets);
    });
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #read(): Promise<Map<string, string>> {
    const { file, keyFile, owner } = this.#options;
    const bytes = await readFile(file).catch(absentIsNone);
    if (!bytes) return new Map();
    const key = await readFile(keyFile).catch(absentIsNone);
    try {
      const decipher = createDecipheriv(CIPHER, key ?? Buffer.alloc(0), bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
      return new Map(Object.entries(JSON.parse(text.toString('utf8')) as Record<string, string>));
    } catch {
      // What the cipher says tells nobody more.
      throw new UnreadableFile(
        `the secrets in ${file} can't be decrypted: it was changed, or the key in ${keyFile} is not the one that they were written with; restore both from a backup, or remove the file and set each secret again`,
      );
    }
  }

  async #write(secrets: Map<string, string>): Promise<void> {
    const { file, keyFile, owner } = this.#options;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, await keyIn(keyFile), nonce).setAAD(Buffer.from(owner));
    const text = JSON.stringify(Object.fromEntries(secrets));
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    await rename(await writtenAside(file, Buffer.concat([nonce, cipher.getAuthTag(), encrypted])), file);
  }
}

/** The key of a home; of two that make one at once, the first is kept. */
async function keyIn(keyFile: string): Promise<Buffer> {
  const found = await readFile(keyFile).catch(absentIsNone);
  if (found) return found;
  const made = await writtenAside(keyFile, randomBytes(KEY_BYTES));
  await link(made, keyFile).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
  });
  await rm(made);
  return readFile(keyFile);
}

/** Writes bytes beside a file, durably and for this user alone, and gives the path. */
async function writtenAside(file: string, bytes: Uint8Array): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  const path = `${file}.${randomUUID()}`;
  await writeFile(path, bytes, { flag: 'wx', mode: 0o600, flush: true });
  return path;
}

const absentIsNone = (cause: NodeJS.ErrnoException): undefined => {
  if (cause.code !== 'ENOENT') throw cause;
};
