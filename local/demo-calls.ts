import { createMessage, encrypt, readKey } from 'openpgp';
import { zipOfOne } from './zip-file.ts';

/** A file of calls as the demo's call centre sends it: in a zip, which is encrypted for a public key. */
export async function packedCalls(xml: Uint8Array, publicKey: string): Promise<Uint8Array> {
  const message = await createMessage({ binary: zipOfOne('calls.xml', xml) });
  return encrypt({ message, encryptionKeys: await readKey({ armoredKey: publicKey }), format: 'binary' });
}
