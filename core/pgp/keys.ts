import { PgpKey } from '../contracts/pgp.ts';
import { canonicalJson } from '../environments/canonical.ts';
import { readJson } from '../environments/json-objects.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { ObjectStore, Secrets } from '../ports.ts';

const folder = 'pgp/keys/';
const keyOf = (fingerprint: string) => `${folder}${fingerprint}.json`;
const secretOf = (fingerprint: string) => `pgp/${fingerprint}`;

const Kept = PgpKey.omit({ current: true });
type Kept = Omit<PgpKey, 'current'>;

/** A pair as it was made; the private half is armoured and has no passphrase. */
export interface PgpKeyPair {
  fingerprint: string;
  name: string;
  publicKey: string;
  privateKey: string;
}

/** Keys of an environment that files are encrypted for: an object each with the public half, and the private one a secret. */
export class PgpKeys {
  readonly #objects: ObjectStore;
  readonly #secrets: Secrets;

  constructor({ objects, secrets }: { objects: ObjectStore; secrets: Secrets }) {
    this.#objects = objects;
    this.#secrets = secrets;
  }

  /** The newest first. */
  async list(): Promise<PgpKey[]> {
    const objects = await this.#objects.list(folder);
    const kept = await Promise.all(objects.map(({ key }) => readJson(this.#objects, key, Kept)));
    return kept
      .flatMap((one): Kept[] => (one === undefined ? [] : [one.value]))
      .sort((a, b) => (a.created_at < b.created_at ? 1 : -1))
      .map((key, n) => ({ ...key, current: n === 0 }));
  }

  /** Keeps a pair; it is the one for senders from then on. `Conflict` for a first one that isn't, and the other way round. */
  async add(pair: PgpKeyPair, at: Date, { isFirst }: { isFirst: boolean }): Promise<PgpKey> {
    await this.refuseUnless(isFirst);
    const { fingerprint, name, publicKey: public_key, privateKey } = pair;
    const key = { fingerprint, name, created_at: at.toISOString(), public_key };
    // The secret first: a crash between leaves one that nothing asks for, and never a key whose files nobody can open.
    await this.#secrets.put(secretOf(fingerprint), privateKey);
    await this.#objects.put(keyOf(fingerprint), canonicalJson(key));
    return { ...key, current: true };
  }

  /** `Conflict` when there is a key and a first one is wanted, or there is none and another is. */
  async refuseUnless(isFirst: boolean): Promise<void> {
    const hasOne = (await this.#objects.list(folder)).length > 0;
    if (isFirst && hasOne) throw new Conflict('there is a PGP key already: `tributary pgp rotate` makes the next one');
    if (!isFirst && !hasOne) throw new Conflict('there is no PGP key yet: `tributary pgp create` makes the first one');
  }

  /** Files that were encrypted for it can't be opened any more. */
  async remove(fingerprint: string): Promise<PgpKey> {
    const keys = await this.list();
    const key = keys.find((one) => one.fingerprint === fingerprint);
    if (key === undefined) {
      const known = keys.map((one) => one.fingerprint).join(', ') || 'none';
      throw new NotFound(`there is no PGP key ${JSON.stringify(fingerprint)}: there is ${known}`);
    }
    await this.#objects.delete(keyOf(fingerprint));
    await this.#secrets.remove(secretOf(fingerprint));
    return key;
  }

  /** The private halves, newest first. */
  async privateKeys(): Promise<string[]> {
    const keys = await this.list();
    const secrets = await Promise.all(keys.map(({ fingerprint }) => this.#secrets.get(secretOf(fingerprint))));
    return secrets.filter((secret) => secret !== undefined);
  }
}
