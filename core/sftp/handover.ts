import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { Instant } from '../contracts/names.ts';
import { SftpHostKey, SftpUserName } from '../contracts/sftp.ts';
import { canonicalJson } from '../environments/canonical.ts';
import { readJson } from '../environments/json-objects.ts';
import { Conflict } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { findUser } from './users.ts';

/** What a partner needs to come in. */
export const ConnectionDetails = z.object({
  host: z.string(),
  port: z.number().int(),
  user: z.string(),
  password: z.string(),
  host_keys: z.array(SftpHostKey.pick({ type: true, fingerprint: true })),
});
export type ConnectionDetails = z.infer<typeof ConnectionDetails>;

/** What is kept of a link. Only who has the link can decrypt the details, and they are gone once they were shown. */
const Kept = z.object({
  user: SftpUserName,
  expires_at: Instant,
  /** That of the password, of which another may be made meanwhile. */
  password_set_at: Instant.nullable(),
  shown_at: Instant.nullable(),
  details: z.string().nullable(),
});
type Kept = z.infer<typeof Kept>;

/** How a link stands: it can be shown, or why not. */
export type HandoverState = 'ready' | 'unknown' | 'shown' | 'expired' | 'outdated';

const folder = 'sftp/handovers/';
/** Links that are over say why for so long. */
const REMEMBERED_MS = 30 * 24 * 3_600_000;

/** Connection details that are handed over by a link, which shows them once. */
export class Handovers {
  readonly #objects: ObjectStore;
  readonly #clock: () => Date;

  constructor({ objects, clock }: { objects: ObjectStore; clock: () => Date }) {
    this.#objects = objects;
    this.#clock = clock;
  }

  /** Keeps the details until a time; gives the token that shows them, which is kept nowhere. */
  async make(details: ConnectionDetails, expiresAt: Date): Promise<string> {
    await this.#forgetOld();
    const token = randomBytes(32).toString('base64url');
    const user = await findUser(this.#objects, details.user);
    const kept: Kept = {
      user: details.user,
      expires_at: expiresAt.toISOString(),
      password_set_at: user?.password_set_at ?? null,
      shown_at: null,
      details: encrypted(JSON.stringify(details), token),
    };
    await this.#objects.put(keyOf(token), canonicalJson(kept), { ifNoneMatch: '*' });
    return token;
  }

  /** How a link stands. Asking changes nothing, however often. */
  async look(token: string): Promise<HandoverState> {
    return this.#stateOf((await this.#find(token))?.value);
  }

  /** The details, this once: of two who ask at the same moment, one gets them. */
  async show(token: string): Promise<ConnectionDetails | Exclude<HandoverState, 'ready'>> {
    const found = await this.#find(token);
    const state = await this.#stateOf(found?.value);
    if (state !== 'ready' || !found?.value.details) return state === 'ready' ? 'unknown' : state;
    const shown: Kept = { ...found.value, shown_at: this.#clock().toISOString(), details: null };
    try {
      await this.#objects.put(keyOf(token), canonicalJson(shown), { ifMatch: found.etag });
    } catch (cause) {
      if (cause instanceof Conflict) return 'shown';
      throw cause;
    }
    return ConnectionDetails.parse(JSON.parse(decrypted(found.value.details, token)));
  }

  async #stateOf(kept: Kept | undefined): Promise<HandoverState> {
    if (!kept) return 'unknown';
    if (kept.shown_at !== null) return 'shown';
    if (new Date(kept.expires_at) <= this.#clock()) return 'expired';
    const user = await findUser(this.#objects, kept.user);
    return user && user.password_set_at === kept.password_set_at ? 'ready' : 'outdated';
  }

  async #find(token: string) {
    return /^[\w-]{43}$/.test(token) ? readJson(this.#objects, keyOf(token), Kept) : undefined;
  }

  async #forgetOld(): Promise<void> {
    const before = this.#clock().getTime() - REMEMBERED_MS;
    for (const { key } of await this.#objects.list(folder)) {
      const kept = (await readJson(this.#objects, key, Kept))?.value;
      if (kept && new Date(kept.expires_at).getTime() < before) await this.#objects.delete(key);
    }
  }
}

/** Named by the token's hash: who reads the store has no token by it. */
const keyOf = (token: string) => `${folder}${createHash('sha256').update(token).digest('hex')}.json`;

const CIPHER = 'aes-256-gcm';
const [NONCE_BYTES, TAG_BYTES] = [12, 16];
const encryptionKey = (token: string) => Buffer.from(hkdfSync('sha256', token, '', 'sftp-handover', 32));

function encrypted(text: string, token: string): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, encryptionKey(token), nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function decrypted(text: string, token: string): string {
  const bytes = Buffer.from(text, 'base64');
  const decipher = createDecipheriv(CIPHER, encryptionKey(token), bytes.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const body = bytes.subarray(NONCE_BYTES + TAG_BYTES);
  return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
}
