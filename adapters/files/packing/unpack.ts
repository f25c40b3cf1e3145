import { createReadStream } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { TributaryError, UnreadableFile } from '../../../core/errors.ts';
import { filePattern } from '../../../core/feeds/file-pattern.ts';
import { firstBytes } from '../plain-bytes.ts';
import { written } from '../writing.ts';
import type { Archive, Member } from './archive.ts';
import type { Compression } from './compression.ts';
import { archiveOf, compressionOf, TELLING, unreadPackingOf } from './layers.ts';
import { decrypted, pgpKindOf } from './pgp.ts';
import { UnpackedBytes } from './unpacked-bytes.ts';

export interface Packed {
  path: string;
  /** What people call it. */
  name: string;
  workFolder: string;
  signal: AbortSignal;
  /** Pattern of the members that are wanted of an archive; left out: all. */
  members?: string | undefined;
  /** Armoured private PGP keys that it may be encrypted for. @default none */
  decryptionKeys?: readonly string[] | undefined;
  /** Armoured public PGP keys of senders, one of whom has to have signed it. @default nobody has to */
  signed_by?: readonly string[] | undefined;
}

/** A file that is neither compressed nor an archive. */
export interface Plain {
  path: string;
  /** Of a member: the archive's name, and the path in it. */
  name: string;
  /** A folder for work on this file alone. */
  workFolder: string;
}

const MOST_MEMBERS = 10_000;
/** What desktops put beside the files of people. */
const NOT_MEANT = /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|\._[^/]*$)/;

/**
 * The plain files that a file consists of: itself, decompressed where need be, or the members of an archive in their order. A
 * member is gone when the next one is asked for, so that the disk holds one at a time.
 */
export async function* unpack(packed: Packed): AsyncGenerator<Plain> {
  const { size } = await stat(packed.path);
  const open = await opened(packed, size);
  const unread = await beginningOf(open.path, unreadPackingOf);
  if (unread !== undefined) {
    throw new UnreadableFile(
      `${packed.name} is packed as ${unread.name}, which is not read: expected gzip, zstd, bzip2, zip or tar, or a file that is not packed`,
    );
  }
  const compression = await beginningOf(open.path, compressionOf);
  const path = compression === undefined ? open.path : await decompressed(open, compression, size);
  const archive = await archiveIn(path);
  if (archive !== undefined) yield* members({ ...packed, path }, archive, size);
  else yield { path, name: packed.name, workFolder: packed.workFolder };
}

const beginningOf = async <T>(path: string, tell: (head: Buffer) => T): Promise<T> =>
  tell(await firstBytes(path, TELLING));

/** What a file is in that was itself in a packing, where nothing is looked into further. */
const isPackedAs = (head: Buffer): { name: string } | undefined =>
  compressionOf(head) ?? unreadPackingOf(head) ?? (pgpKindOf(head) === undefined ? undefined : { name: 'PGP' });

async function archiveIn(path: string): Promise<Archive | undefined> {
  const archive = await beginningOf(path, archiveOf);
  return (await archive?.isDocument?.(path)) === true ? undefined : archive;
}

/** The file without its encryption. Nothing of it is used before it is known to be whole and, where that is asked, signed. */
async function opened(packed: Packed, size: number): Promise<Packed> {
  const { name, decryptionKeys = [], signed_by: signedBy } = packed;
  const kind = await beginningOf(packed.path, pgpKindOf);
  if (kind === undefined) {
    if (signedBy === undefined) return packed;
    throw new UnreadableFile(
      `${name} is not encrypted with PGP: expected a signed file, since its format has \`signed_by\``,
    );
  }
  if (kind !== 'encrypted') {
    throw new UnreadableFile(
      `${name} is ${kind}: expected a file that is encrypted for a key that \`tributary pgp list\` shows, or one without PGP`,
    );
  }
  const { bytes, verified } = await decrypted({ path: packed.path, name, decryptionKeys, signedBy });
  const copy = join(packed.workFolder, 'decrypted');
  try {
    await written(packed, [bytes, new UnpackedBytes(name, size).through()], copy);
  } catch (cause) {
    if (!isOfBytes(cause)) throw cause;
    throw new UnreadableFile(
      `${name} is not whole PGP: ${cause.message}: expected a file that nobody changed; send it again`,
      { cause },
    );
  }
  await verified();
  return { ...packed, path: copy };
}

async function decompressed(packed: Packed, { name: kind, decompressor }: Compression, size: number): Promise<string> {
  const through: Transform & { bytesWritten?: number } = decompressor();
  const source = createReadStream(packed.path, { highWaterMark: 1024 * 1024 });
  const copy = join(packed.workFolder, 'decompressed');
  try {
    await written(packed, [source, through, new UnpackedBytes(packed.name, size).through()], copy);
  } catch (cause) {
    if (!isOfBytes(cause)) throw cause;
    const byte = through.bytesWritten ?? source.bytesRead;
    throw new UnreadableFile(
      `${packed.name} is not whole ${kind}: ${cause.message} at byte ${byte}: expected a complete file; send it again`,
      { cause, data: { byte } },
    );
  }
  if (through.bytesWritten !== undefined) await refuseBehindEnd(packed, kind, through.bytesWritten);
  const again = await beginningOf(copy, isPackedAs);
  if (again !== undefined) {
    throw new UnreadableFile(`${packed.name} is ${again.name} within ${kind}: expected a file that is compressed once`);
  }
  return copy;
}

/** Some tools fill up with zeros behind the end; anything else there would be lost in silence. */
async function refuseBehindEnd({ path, name }: Packed, kind: string, end: number): Promise<void> {
  let byte = end;
  for await (const chunk of createReadStream(path, { start: end })) {
    const found = (chunk as Buffer).findIndex((one) => one !== 0);
    if (found >= 0) {
      throw new UnreadableFile(
        `${name} has more behind the end of its ${kind}, at byte ${byte + found}: expected nothing, or one ${kind} right behind the other; send it again`,
        { data: { byte: byte + found } },
      );
    }
    byte += (chunk as Buffer).length;
  }
}

async function* members(packed: Packed, archive: Archive, size: number): AsyncGenerator<Plain> {
  const bytes = new UnpackedBytes(packed.name, size);
  const wanted = memberPattern(packed.members);
  const seen: string[] = [];
  let taken = 0;
  for await (const member of refusing(packed, archive)) {
    if (NOT_MEANT.test(member.name)) continue;
    seen.push(member.name);
    if (seen.length > MOST_MEMBERS) throw new UnreadableFile(`${packed.name} holds more than ${MOST_MEMBERS} files`);
    if (!wanted(member.name)) continue;
    const workFolder = join(packed.workFolder, `member-${taken}`);
    taken += 1;
    const plain = { path: join(workFolder, 'plain'), name: `${packed.name}/${member.name}`, workFolder };
    await mkdir(workFolder);
    await extracted({ ...packed, ...plain }, archive, member, bytes);
    yield plain;
    await rm(workFolder, { recursive: true, force: true });
  }
  if (taken === 0) refuseWithoutMembers(packed, seen);
}

/** The members of an archive, and what is wrong with it as what is wrong with the file. */
async function* refusing({ path, name }: Packed, archive: Archive): AsyncGenerator<Member> {
  const refuse = (member: string, why: string): never => {
    throw new UnreadableFile(
      `${name}/${member} ${why}: expected files and folders alone, none of them encrypted by itself`,
    );
  };
  try {
    for await (const member of archive.members(path, refuse)) {
      if (isOutside(member.name)) refuse(member.name, 'would be written outside of its archive');
      yield member;
    }
  } catch (cause) {
    throw isOfBytes(cause) ? damaged(name, archive, cause) : cause;
  }
}

const isOutside = (name: string): boolean => /^([/\\]|[a-z]:)/i.test(name) || /(^|[/\\])\.\.([/\\]|$)/.test(name);

async function extracted(plain: Packed, archive: Archive, member: Member, bytes: UnpackedBytes): Promise<void> {
  try {
    await written(plain, [await member.open(), bytes.through()], plain.path);
  } catch (cause) {
    throw isOfBytes(cause) ? damaged(plain.name, archive, cause) : cause;
  }
  const inner = (await beginningOf(plain.path, isPackedAs)) ?? (await archiveIn(plain.path));
  if (inner === undefined) return;
  throw new UnreadableFile(
    `${plain.name} is ${inner.name} within ${archive.name}: expected members that are neither archives nor compressed nor encrypted by themselves`,
  );
}

const damaged = (name: string, archive: Archive, cause: Error): UnreadableFile =>
  new UnreadableFile(
    `${name} is not whole ${archive.name}: ${cause.message}: expected a complete file; send it again`,
    {
      cause,
    },
  );

/** A pattern without a folder is of names in any folder. */
function memberPattern(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  const { match } = filePattern(pattern);
  const meant = (name: string) =>
    pattern.includes('/') ? name.replace(/^(\.\/)+/, '') : (name.split('/').at(-1) ?? '');
  return (name) => match(meant(name)) !== undefined;
}

function refuseWithoutMembers({ name, members: pattern }: Packed, seen: readonly string[]): never {
  const held = seen.length === 0 ? 'no file' : `${seen.slice(0, 5).join(', ')}${seen.length > 5 ? ' …' : ''}`;
  const expected = pattern === undefined ? 'a file at least' : `one that matches ${JSON.stringify(pattern)}`;
  throw new UnreadableFile(`${name} holds ${held}: expected ${expected}`);
}

/** True of what bytes are to blame for: neither this machine's files nor what we refused by name. */
function isOfBytes(cause: unknown): cause is Error {
  return cause instanceof Error && !(cause instanceof TributaryError) && !('syscall' in cause);
}
