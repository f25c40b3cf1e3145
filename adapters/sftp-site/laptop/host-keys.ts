import { createPrivateKey, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import ssh2, { type ParsedKey } from 'ssh2';
import { z } from 'zod';
import type { SftpHostKey } from '../../../core/contracts/sftp.ts';
import { Conflict, InvalidInput, NotFound } from '../../../core/errors.ts';
import type { Secrets } from '../../../core/ports.ts';
import { checkHostKey, fingerprintOf, withActive } from '../../../core/sftp/ssh-keys.ts';

/** Name of the secret that holds the private halves; no user's name has a dot at its start. */
const secret = 'sftp/.host-keys';
const MOST_KEYS = 10;

const Kept = z.array(z.object({ id: z.string(), private_key: z.string(), imported_at: z.string() }));
type Kept = z.infer<typeof Kept>;

/** The keys that a laptop's site is known by, oldest first: encrypted among the secrets, and made once. */
export class HostKeys {
  readonly #secrets: Secrets;
  readonly #clock: () => Date;

  constructor({ secrets, clock }: { secrets: Secrets; clock: () => Date }) {
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** Makes the first keys, unless there are some: of the two kinds that old clients and new ones know. */
  async make(): Promise<void> {
    if ((await this.#kept()).length > 0) return;
    const pairs = await Promise.all([newPair('ed25519', {}), newPair('ecdsa', { bits: 256 })]);
    await this.#put(pairs.map((pair) => this.#keyOf(pair.private)));
  }

  async privateKeys(): Promise<string[]> {
    return (await this.#kept()).map(({ private_key }) => private_key);
  }

  async describe(): Promise<SftpHostKey[]> {
    const keys = (await this.#kept()).map(({ id, private_key, imported_at }) => {
      const key = parsed(private_key);
      return { id, type: key.type, fingerprint: fingerprintOf(key.getPublicSSH()), imported_at };
    });
    return withActive(keys);
  }

  async add(privateKey: string): Promise<void> {
    checkHostKey(privateKey);
    const text = readable(privateKey);
    const kept = await this.#kept();
    const added = parsed(text).getPublicSSH();
    if (kept.some(({ private_key }) => parsed(private_key).getPublicSSH().equals(added))) {
      throw new Conflict('the site has this host key already: `tributary sftp show` lists them');
    }
    if (kept.length >= MOST_KEYS) {
      throw new InvalidInput(`the site has ${kept.length} host keys, and ${MOST_KEYS} are enough: remove one first`);
    }
    await this.#put([...kept, this.#keyOf(text)]);
  }

  async remove(id: string): Promise<void> {
    const kept = await this.#kept();
    const left = kept.filter((key) => key.id !== id);
    if (left.length === kept.length) {
      throw new NotFound(`the SFTP site has no host key ${JSON.stringify(id)}: \`tributary sftp show\` lists them`);
    }
    if (left.length === 0) throw new Conflict('this is the only host key: import another first');
    await this.#put(left);
  }

  #keyOf(private_key: string): Kept[number] {
    const id = `hostkey-${randomBytes(8).toString('hex')}`;
    return { id, private_key, imported_at: this.#clock().toISOString() };
  }

  async #kept(): Promise<Kept> {
    const text = await this.#secrets.get(secret);
    return text === undefined ? [] : Kept.parse(JSON.parse(text));
  }

  #put(keys: Kept): Promise<void> {
    return this.#secrets.put(secret, JSON.stringify(keys));
  }
}

const generate = promisify(ssh2.utils.generateKeyPair) as (
  kind: 'ed25519' | 'ecdsa',
  options: object,
) => Promise<{ private: string }>;

/** The library cuts off a zero that an Ed25519 key begins with: it makes one key in 256 that it can't read itself. */
async function newPair(kind: 'ed25519' | 'ecdsa', options: object): Promise<{ private: string }> {
  for (;;) {
    const pair = await generate(kind, options);
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function parsed(privateKey: string): ParsedKey {
  const key = ssh2.utils.parseKey(privateKey);
  const one = Array.isArray(key) ? key[0] : key;
  if (one instanceof Error || !one?.isPrivateKey()) throw new InvalidInput('the host key is damaged');
  return one;
}

/** As the server reads it, which knows PKCS #8 not. */
function readable(text: string): string {
  if (!text.includes('-----BEGIN PRIVATE KEY-----')) return text;
  const key = createPrivateKey(text);
  if (key.asymmetricKeyType === 'rsa') return String(key.export({ type: 'pkcs1', format: 'pem' }));
  if (key.asymmetricKeyType === 'ec') return String(key.export({ type: 'sec1', format: 'pem' }));
  throw new InvalidInput(
    "the host key is an Ed25519 key as PKCS #8: expected one in OpenSSH's format, as `ssh-keygen` makes it",
  );
}
