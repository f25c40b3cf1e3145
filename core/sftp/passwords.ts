import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of one guess: 32 MiB and about a tenth of a second. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 };
const [SALT_BYTES, HASH_BYTES] = [16, 32];

/** A password that nobody thought up: 160 bits in letters that mail and shells leave alone. */
export const newPassword = (): string => randomBytes(20).toString('hex').match(/.{8}/g)?.join('-') ?? '';

/** What is kept of a password, and can't be turned back into it: `scrypt$<salt>$<hash>`. */
export async function hashOf(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derived(password, salt);
  return ['scrypt', salt.toString('base64'), hash.toString('base64')].join('$');
}

/** Whether a password is the one that was hashed. Takes as long when there is no hash, so that time doesn't tell who has one. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  const [, salt = '', kept = ''] = hash?.split('$') ?? [];
  const given = await derived(password, hash === undefined ? Buffer.alloc(SALT_BYTES) : Buffer.from(salt, 'base64'));
  const expected = Buffer.from(kept, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const derived = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, cost, (cause, key) => (cause ? reject(cause) : resolve(key)));
  });
