import { createHash, type Hash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { chmod, copyFile, type FileHandle, lstat, open, readdir, realpath, rm } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { FileChanged, InvalidInput, MissingFile } from '../../core/errors.ts';
import type { CourierSource, FetchedFile, SourceFile } from '../../core/feeds/port.ts';
import { asDiskFull } from '../objects/filesystem.ts';

/**
 * Files of a folder of this machine, and of where its old ones are moved to under the same names, if they are. Links are not
 * followed, so that nothing outside of these is read.
 */
export const machineFolder = (root: string, courier: string, archive?: string): CourierSource => ({
  list: () => listFolder(root, courier, archive),
  fetch: async (file, path, { signal }) => ({
    ...(await fetchFile(archive === undefined ? [root] : [root, archive], file, path, signal)),
    land: (objects, key) => objects.adopt(path, key),
  }),
});

/** A folder of ours, whose files are for one courier alone: what it has landed goes. */
export const ownFolder = (root: string, courier: string): CourierSource => ({
  ...machineFolder(root, courier),
  discard: ({ name }) => rm(join(root, ...name.split('/')), { force: true }),
});

/** Bytes that are read at once. */
const CHUNK = 1 << 20;

async function listFolder(root: string, id: string, archive: string | undefined): Promise<SourceFile[]> {
  const here = await filesBelow(root).catch((cause) => {
    throw new MissingFile(`${id}: there is no folder ${root}: make it, or change the path of the courier's settings`, {
      cause,
    });
  });
  const archived = archive === undefined ? [] : await filesBelow(archive).catch(() => []);
  // Looked at again: a file that was taken back meanwhile was in neither when that one was looked at.
  const files = archived.length === 0 ? here : [...archived, ...here, ...(await filesBelow(root))];
  // Of one name, what is in the folder itself is the newer.
  return [...new Map(files.map((file) => [file.name, file])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function filesBelow(root: string): Promise<SourceFile[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(async (entry): Promise<SourceFile | undefined> => {
      const path = join(entry.parentPath, entry.name);
      const name = relative(root, path).split(sep).join('/');
      const stats = await lstat(path).catch(absentIsNone);
      if (stats) return { name, bytes: stats.size, modified: stats.mtime.toISOString() };
      // Bytes that are no UTF-8 are told of as this letter, under which nothing is found.
      const isOfBytes = entry.name.includes('\ufffd');
      return isOfBytes ? { name, modified: new Date(0).toISOString(), unreadable: 'its name is no UTF-8' } : undefined;
    });
  return (await Promise.all(files)).filter((file) => file !== undefined);
}

/** The path of a file, in the first of the folders that has it. */
async function pathOf(roots: readonly string[], name: string): Promise<string> {
  for (const root of roots) {
    const path = await insideOf(root, name);
    if (path !== undefined) return path;
  }
  throw isGone(name);
}

const isGone = (name: string, cause?: unknown) =>
  new FileChanged(`${name} is no longer in the folder: it is looked for again in the next run`, { cause });

/** The path of a file whose name can't lead out of the folder, neither by `..` nor by a link. */
async function insideOf(root: string, name: string): Promise<string | undefined> {
  const path = join(root, ...name.split('/'));
  const found = await Promise.all([realpath(root), realpath(path)]).catch(absentIsNone);
  if (!found) return undefined;
  const [folder, real] = found;
  if (relative(folder, real) === relative(root, path) && !relative(folder, real).startsWith('..')) return path;
  throw new InvalidInput(
    `${JSON.stringify(name)} leads out of the courier's folder: expected a file inside of it that is no link`,
  );
}

const isAbsent = (cause: NodeJS.ErrnoException): boolean => cause.code === 'ENOENT' || cause.code === 'ENOTDIR';

const absentIsNone = (cause: NodeJS.ErrnoException): undefined => {
  if (!isAbsent(cause)) throw cause;
};

async function fetchFile(
  roots: readonly string[],
  file: SourceFile,
  path: string,
  signal: AbortSignal,
): Promise<Omit<FetchedFile, 'land'>> {
  const sha256 = await copy(await pathOf(roots, file.name), path, signal).catch((cause) => {
    throw isAbsent(cause) ? isGone(file.name, cause) : asDiskFull(cause);
  });
  const { size: bytes } = await lstat(path);
  // It may have been archived while it was read, which changes nothing of it.
  const after = await lstat(await pathOf(roots, file.name));
  if (bytes !== file.bytes || after.size !== file.bytes || after.mtime.toISOString() !== file.modified) {
    throw new FileChanged(
      `${file.name} changed while it was read (${file.bytes} bytes before, ${after.size} after): it is read again once it stays as it is`,
      {
        data: { file: file.name },
      },
    );
  }
  return { bytes, sha256 };
}

/** Copies a file and gives the SHA-256 of the copy: the source may change meanwhile. */
async function copy(source: string, path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  // Where the disk can share blocks between files, nothing is copied.
  const isShared = await copyFile(source, path, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  );
  if (isShared) {
    // The copy has the source's permissions, which may not let us keep it.
    await chmod(path, 0o644);
    await pipeline(createReadStream(path, { highWaterMark: CHUNK }), hash, { signal });
  } else {
    await using from = await open(source);
    await using to = await open(path, 'w');
    await copyChunks(from, to, hash, signal);
  }
  return hash.digest('hex');
}

/** Reads once: what is written is what is hashed, and one chunk is written and hashed while the next is read. */
async function copyChunks(from: FileHandle, to: FileHandle, hash: Hash, signal: AbortSignal): Promise<void> {
  let [chunk, other] = [Buffer.allocUnsafe(CHUNK), Buffer.allocUnsafe(CHUNK)];
  let reading = from.read(chunk);
  let writing: Promise<unknown> = Promise.resolve();
  for (;;) {
    // Awaited at once: a write that fails while the next chunk is read must not go unheard.
    const [{ bytesRead }] = await Promise.all([reading, writing]);
    signal.throwIfAborted();
    if (bytesRead === 0) return;
    const bytes = chunk.subarray(0, bytesRead);
    [chunk, other] = [other, chunk];
    reading = from.read(chunk);
    writing = to.writeFile(bytes);
    hash.update(bytes);
  }
}
