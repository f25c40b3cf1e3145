import { generateKey } from 'openpgp';
import type { PgpKeyPair } from '../../core/pgp/keys.ts';

/** Makes a pair that any OpenPGP program can encrypt for: RSA of 4096 bits, with a subkey for encryption. */
export async function makePgpKey(name: string): Promise<PgpKeyPair> {
  const { publicKey, privateKey } = await generateKey({
    type: 'rsa',
    rsaBits: 4096,
    userIDs: [{ name }],
    format: 'object',
  });
  return {
    fingerprint: publicKey.getFingerprint(),
    name,
    publicKey: publicKey.armor(),
    privateKey: privateKey.armor(),
  };
}
