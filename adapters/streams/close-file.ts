import { open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Stream } from '../../core/contracts/streams.ts';
import { InternalError } from '../../core/errors.ts';
import { closedFileName, fileLayouts, linesOf, stampOf } from '../../core/streams/closed-file.ts';
import { moveIn, type StreamFolders } from './folders.ts';
import { type LogEntry, logEntries } from './log-lines.ts';

/** Name of a log that begins at a moment: `20261126T193145123.json.log`. */
export const logName = (begun: Date, format: Stream['format']): string => `${stampOf(begun)}.${format}.log`;

/**
 * Makes a file of a log that nobody writes to, and notes the keys of its requests. Done twice, it is done once: the name of the
 * file is made of the log's. What was half written when its process died was acknowledged to nobody, and is left out. An error that is given back tells of a log that
 * was damaged since: it is kept beside, and all that can be read of it is in the file.
 */
export async function closeFile(log: string, folders: StreamFolders): Promise<InternalError | undefined> {
  const [begun = '', format] = basename(log).split('.') as [string, Stream['format']];
  const target = join(folders.files, closedFileName(begun, format));
  if (!(await isThere(target))) {
    const [file, keys] = [`${log}.file`, `${log}.keys`];
    const { records, damaged } = await write(log, { file, keys }, format);
    await moveIn(keys, join(folders.keys, `${begun}.keys`));
    if (records > 0) await moveIn(file, target);
    else await rm(file);
    if (damaged > 0) {
      await rename(log, `${log}.damaged`);
      return new InternalError(
        `${log}.damaged: ${damaged} lines are not as they were written: look at them by hand, all others are in ${target}`,
      );
    }
  }
  await rm(log);
  return undefined;
}

async function write(
  log: string,
  paths: { file: string; keys: string },
  format: Stream['format'],
): Promise<{ records: number; damaged: number }> {
  await using file = await open(paths.file, 'w');
  await using keys = await open(paths.keys, 'w');
  let [records, unread, damaged] = [0, 0, 0];
  await file.writeFile(fileLayouts[format].head);
  for await (const entries of inBlocks(logEntries(log))) {
    for (const entry of entries) {
      if (entry === undefined) unread += 1;
      else [damaged, unread] = [damaged + unread, 0];
    }
    const good = entries.filter((entry) => entry !== undefined);
    await file.writeFile(linesOf(good.flatMap((entry) => entry.records)));
    await keys.writeFile(good.flatMap(({ key, hash }) => (key === undefined ? [] : [`${key} ${hash}\n`])).join(''));
    records += good.reduce((sum, entry) => sum + entry.records.length, 0);
    // Bit by bit: a file system that has much to write has the log that is being written to wait for it.
    await file.datasync();
  }
  await file.writeFile(fileLayouts[format].foot);
  await Promise.all([file.sync(), keys.sync()]);
  return { records, damaged };
}

/** Entries that are written at once. */
const BLOCK = 500;

async function* inBlocks(entries: AsyncIterable<LogEntry | undefined>): AsyncGenerator<(LogEntry | undefined)[]> {
  let block: (LogEntry | undefined)[] = [];
  for await (const entry of entries) {
    block.push(entry);
    if (block.length < BLOCK) continue;
    yield block;
    block = [];
  }
  if (block.length > 0) yield block;
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );
