import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { setTimeout as after } from 'node:timers/promises';
import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { decrypt, type Key, type Message, readKeys, readMessage, readPrivateKey } from 'openpgp';
import { UnreadableFile } from '../../../core/errors.ts';

/** The packets that an encrypted message begins with: a session key for a public key (1) or for a password (3). */
const [FOR_KEY, FOR_PASSWORD] = [1, 3];
/** Those that one begins with that is not: a signature, the announcement of one, compressed packets, the data as they are. */
const [SIGNATURE, ANNOUNCEMENT, COMPRESSED, DATA] = [2, 4, 8, 11];
const ARMOUR = /^\s*-----BEGIN PGP ([A-Z ]+)-----/;

const NOT_ENCRYPTED = 'signed or packed with PGP, and not encrypted';

/** What a file of OpenPGP is (RFC 9580), in armour or not: `encrypted`, or what else in words; undefined of any other file. */
export function pgpKindOf(head: Buffer): string | undefined {
  const armour = ARMOUR.exec(head.toString('latin1'))?.[1];
  if (armour === undefined) return isEncrypted(head) ? 'encrypted' : isSigned(head) ? NOT_ENCRYPTED : undefined;
  if (armour === 'SIGNED MESSAGE') return NOT_ENCRYPTED;
  if (armour !== 'MESSAGE') return `a PGP ${armour.toLowerCase()}`;
  const [tag] = packetBody(unarmoured(head));
  return [SIGNATURE, ANNOUNCEMENT, COMPRESSED, DATA].includes(tag) ? NOT_ENCRYPTED : 'encrypted';
}

/** Versions of the packets; letters of a text aren't followed by them. */
const VERSIONS = [3, 4, 5, 6];

function isEncrypted(head: Buffer): boolean {
  const [tag, body] = packetBody(head);
  return (tag === FOR_KEY || tag === FOR_PASSWORD) && VERSIONS.includes(head[body] ?? 0);
}

/** Whether there is a signature at the beginning, or in what is compressed there. */
function isSigned(head: Buffer): boolean {
  const [first, at] = packetBody(head);
  const packets = first === COMPRESSED ? decompressed(head.subarray(at)) : head;
  const [tag, body] = packetBody(packets);
  return (tag === SIGNATURE || tag === ANNOUNCEMENT) && VERSIONS.includes(packets[body] ?? 0);
}

/** The beginning of compressed packets; nothing where there are none, or they are compressed as PGP rarely does. */
function decompressed(packet: Buffer): Buffer {
  const inflate = [undefined, inflateRawSync, inflateSync][packet[0] ?? 0];
  try {
    return inflate?.(packet.subarray(1), { finishFlush: constants.Z_SYNC_FLUSH }) ?? Buffer.alloc(0);
  } catch {
    return Buffer.alloc(0);
  }
}

/** The beginning of what armour holds, behind its headers. */
const unarmoured = (head: Buffer): Buffer =>
  Buffer.from(head.toString('latin1').split(/\r?\n[ \t]*\r?\n/)[1] ?? '', 'base64');

/** The type of the first packet, and where what is in it begins. */
function packetBody(head: Buffer): [tag: number, body: number] {
  const [first = 0, length = 0] = head;
  if ((first & 0x80) === 0) return [0, 0];
  if ((first & 0x40) === 0) return [(first >> 2) & 15, 1 + ((first & 3) === 3 ? 0 : 2 ** (first & 3))];
  return [first & 63, length < 192 ? 2 : length < 224 ? 3 : 6];
}

export interface Encrypted {
  path: string;
  name: string;
  /** Armoured private keys. */
  decryptionKeys: readonly string[];
  /** Armoured public keys of senders, one of whom has to have signed; left out: nobody has to. */
  signedBy?: readonly string[] | undefined;
}

/**
 * Decrypts a file as a stream. `verified` is to be asked for once it was read to its end: what came before must not be used
 * when it fails, or when the stream does, which ends with a check that nothing was changed.
 */
export async function decrypted(file: Encrypted): Promise<{ bytes: Readable; verified: () => Promise<void> }> {
  if (file.decryptionKeys.length === 0) {
    throw new UnreadableFile(
      `${file.name} is encrypted with PGP, and there is no key: \`tributary pgp create\` makes one for senders to encrypt for`,
    );
  }
  const message = await messageIn(file);
  const decryptionKeys = await Promise.all(file.decryptionKeys.map((armoredKey) => readPrivateKey({ armoredKey })));
  const verificationKeys = (
    await Promise.all((file.signedBy ?? []).map((armoredKeys) => publicKeys(file, armoredKeys)))
  ).flat();
  const config = { allowUnauthenticatedStream: true };
  const decrypting = decrypt({ message, decryptionKeys, verificationKeys, format: 'binary', config });
  const { data, signatures } = await begun(decrypting).catch((cause: Error) =>
    refuse(file, cause, message, decryptionKeys),
  );
  // Whoever fails is heard of when they are asked for.
  const checked = Promise.allSettled(signatures.map((signature) => signature.verified));
  return {
    bytes: Readable.fromWeb(data as unknown as ReadableStream),
    async verified() {
      if (file.signedBy === undefined || (await checked).some(({ status }) => status === 'fulfilled')) return;
      const seen =
        signatures.length === 0
          ? 'is not signed'
          : `is signed with ${signatures.map(({ keyID }) => keyID.toHex()).join(', ')}`;
      const wanted = verificationKeys.map((key) => key.getKeyID().toHex()).join(', ');
      throw new UnreadableFile(
        `${file.name} ${seen}: expected a valid signature of ${wanted}, which \`signed_by\` of its format names`,
      );
    },
  };
}

/** Decrypting begins within milliseconds; of some damaged messages the library never tells that it can't. */
const PATIENCE_MS = 15_000;

async function begun<T>(decrypting: Promise<T>): Promise<T> {
  const inTime = new AbortController();
  const late = after(PATIENCE_MS, undefined, { signal: inTime.signal }).then(() => {
    throw new Error(`it has not begun after ${PATIENCE_MS / 1000} seconds, so that it must be damaged`);
  });
  return Promise.race([decrypting, late]).finally(() => inTime.abort());
}

async function messageIn(file: Encrypted): Promise<Message<ReadableStream>> {
  const isArmoured = await new Promise<boolean>((resolve, reject) => {
    const head = createReadStream(file.path, { end: 511 });
    head.on('error', reject);
    head.once('data', (chunk) => resolve(ARMOUR.test(chunk.toString('latin1'))));
  });
  const stream = Readable.toWeb(createReadStream(file.path, isArmoured ? 'latin1' : undefined));
  const source = isArmoured ? { armoredMessage: stream } : { binaryMessage: stream };
  return readMessage(source as never).catch((cause: Error) => refuse(file, cause)) as Promise<Message<ReadableStream>>;
}

const publicKeys = (file: Encrypted, armoredKeys: string): Promise<Key[]> =>
  readKeys({ armoredKeys }).catch((cause: Error) => {
    throw new UnreadableFile(
      `${file.name}: a key in \`signed_by\` of its format can't be read: ${cause.message}: expected an armoured public key`,
      {
        cause,
      },
    );
  });

function refuse(file: Encrypted, cause: Error, message?: Message<ReadableStream>, keys: readonly Key[] = []): never {
  const wanted = message?.getEncryptionKeyIDs().map((id) => id.toHex()) ?? [];
  const ours = keys.flatMap((key) => key.getKeys().map((one) => one.getKeyID().toHex()));
  const isOurs = wanted.some((id) => ours.includes(id) || /^0+$/.test(id));
  const why =
    message === undefined || isOurs
      ? `can't be decrypted: ${cause.message}: expected a whole PGP message; send it again`
      : `is encrypted for ${wanted.length === 0 ? 'a password' : `the key ${wanted.join(', ')}`}: expected one of ${ours.join(', ')}, which \`tributary pgp list\` shows`;
  throw new UnreadableFile(`${file.name} ${why}`, { cause });
}
