import { createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import { InvalidInput } from '../errors.ts';

/** A key of OpenSSH's, without its comment. */
export interface SshPublicKey {
  key: string;
  comment: string;
  /** As `ssh-keygen -l` tells it. */
  fingerprint: string;
}

const LEAST_RSA_BITS = 2048;
const curves: Readonly<Record<string, { named: string; bytes: number }>> = {
  nistp256: { named: 'prime256v1', bytes: 32 },
  nistp384: { named: 'secp384r1', bytes: 48 },
  nistp521: { named: 'secp521r1', bytes: 66 },
};
const expected = `an RSA key of ${LEAST_RSA_BITS} bits or more, an ECDSA key or an Ed25519 key`;

/** What Transfer takes for a host key. */
const LONGEST_HOST_KEY = 4096;

/**
 * Reads the line of a `.pub` file. What is refused is named and never repeated: it may be a private key or a password that
 * was pasted by mistake.
 */
export function parsePublicKey(text: string): SshPublicKey {
  const refuse = (what: string): never => {
    throw new InvalidInput(`the public key ${what}: expected one line of a .pub file, of ${expected}`);
  };
  if (/PRIVATE KEY/.test(text)) {
    throw new InvalidInput(
      'this is a private key, which nobody but its owner should have: make a new pair, and give the file that ends in .pub',
    );
  }
  if (/BEGIN SSH2 PUBLIC KEY/.test(text)) refuse('is written as SSH2 does; `ssh-keygen -i -f FILE` writes it anew');
  const line = text.trim();
  if (line.includes('\n')) refuse('has several lines');
  const [type = '', base64 = '', ...comment] = line.split(/\s+/);
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) refuse('is not one of OpenSSH');
  const blob = Buffer.from(base64, 'base64');
  const said = checkBlob(blob, refuse);
  if (said !== type) refuse(`is of another type inside (${said}) than its line begins with`);
  return {
    key: `${type} ${blob.toString('base64')}`,
    comment: comment.join(' ').slice(0, 100),
    fingerprint: fingerprintOf(blob),
  };
}

/** The fingerprint of a public key, as `ssh-keygen -l` tells it. */
export const fingerprintOf = (blob: Uint8Array): string =>
  `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;

/** Of a site's host keys, oldest first, which are shown to clients: the oldest of each type. */
export const withActive = <Key extends { type: string }>(keys: readonly Key[]): (Key & { active: boolean })[] =>
  keys.map((key) => ({ ...key, active: keys.find(({ type }) => type === key.type) === key }));

/** Checks the private half of a key that a server shows to its clients, as OpenSSH or PEM writes it without a passphrase. */
export function checkHostKey(text: string): void {
  const refuse = (what: string): never => {
    throw new InvalidInput(`the host key ${what}: expected the private half of ${expected}, without a passphrase`);
  };
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) refuse('is not a private key');
  if (text.length > LONGEST_HOST_KEY) refuse(`has ${text.length} letters, and AWS takes ${LONGEST_HOST_KEY}`);
  const openSsh = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]+)-----END/.exec(text)?.[1];
  if (openSsh !== undefined) checkOpenSsh(Buffer.from(openSsh, 'base64'), refuse);
  else checkPem(text, refuse);
}

type Refuse = (what: string) => never;

/** OpenSSH's own format: a magic word, cipher, key derivation, its options, the count of keys, and the public half. */
function checkOpenSsh(bytes: Buffer, refuse: Refuse): void {
  const magic = 'openssh-key-v1\0';
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) refuse('is not one of OpenSSH');
  const fields = new Fields(bytes.subarray(magic.length), () => refuse('is cut off'));
  if (fields.text() !== 'none') refuse('has a passphrase; `ssh-keygen -p` takes it off a copy');
  fields.next();
  fields.next();
  if (fields.count() !== 1) refuse('is several keys in one');
  checkBlob(fields.next(), refuse);
}

function checkPem(text: string, refuse: Refuse): void {
  if (/ENCRYPTED/.test(text)) refuse('has a passphrase; `ssh-keygen -p` takes it off a copy');
  const { asymmetricKeyType: type, asymmetricKeyDetails: details = {} } = privateKey(text, refuse);
  if (type === 'rsa') checkBits(details.modulusLength ?? 0, refuse);
  else if (type === 'ec') {
    if (!Object.values(curves).some(({ named }) => named === details.namedCurve)) refuse('is of another curve');
  } else if (type !== 'ed25519') refuse(`is of another kind (${type})`);
}

function privateKey(text: string, refuse: Refuse): KeyObject {
  try {
    return createPrivateKey(text);
  } catch {
    // What the parser says may quote the key.
    return refuse("can't be read");
  }
}

/** Checks a public key as it is sent over the wire (RFC 4253 §6.6), and gives its type. */
function checkBlob(blob: Buffer, refuse: Refuse): string {
  const fields = new Fields(blob, () => refuse('is cut off'));
  const type = fields.text();
  if (type === 'ssh-rsa') {
    fields.next();
    checkBits(bitsOf(fields.next()), refuse);
  } else if (type === 'ssh-ed25519') {
    if (fields.next().length !== 32) refuse('is damaged');
  } else {
    const curve = /^ecdsa-sha2-(nistp\d+)$/.exec(type)?.[1] ?? '';
    const known = curves[curve];
    if (!known) return refuse('is of a kind that is not let in (DSA, security keys and certificates are not)');
    const [named, point] = [fields.text(), fields.next()];
    if (named !== curve || point.length !== 1 + 2 * known.bytes || point[0] !== 4) refuse('is damaged');
  }
  if (!fields.ended) refuse('has something after its end');
  return type;
}

function checkBits(bits: number, refuse: Refuse): void {
  if (bits < LEAST_RSA_BITS) refuse(`is an RSA key of ${bits} bits`);
}

/** Bits of a whole number whose first byte may be a zero that says that it is not negative. */
function bitsOf(number: Buffer): number {
  const digits = number.toString('hex').replace(/^0+/, '');
  return digits === '' ? 0 : BigInt(`0x${digits}`).toString(2).length;
}

/** Fields of SSH's wire format, each with its length before it. */
class Fields {
  readonly #bytes: Buffer;
  readonly #cutOff: () => never;
  #at = 0;

  constructor(bytes: Buffer, cutOff: () => never) {
    this.#bytes = bytes;
    this.#cutOff = cutOff;
  }

  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  count(): number {
    const end = this.#at + 4;
    if (end > this.#bytes.length) this.#cutOff();
    const count = this.#bytes.readUInt32BE(this.#at);
    this.#at = end;
    return count;
  }

  next(): Buffer {
    const end = this.count() + this.#at;
    if (end > this.#bytes.length) this.#cutOff();
    const field = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return field;
  }

  text(): string {
    return this.next().toString('latin1');
  }
}
