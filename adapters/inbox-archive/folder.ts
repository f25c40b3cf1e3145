import type { Dirent, Stats } from 'node:fs';
import { link, lstat, mkdir, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { ARCHIVED_AFTER_DAYS, type ArchivedFile } from '../../core/contracts/sftp.ts';
import type { InboxArchive } from '../../core/ports.ts';
import { insideInbox, notArchived } from './inside-inbox.ts';

interface FolderArchiveOptions {
  inbox: string;
  /** A folder of the same disk, which has the inbox's folders as far as something of them is archived. */
  archive: string;
}

/**
 * The archive of an inbox that is a folder: a folder beside it. A file is in one of the two; of one that came again since, the
 * newer, in the inbox, is the one that there is. Paths are those of the inbox.
 */
export class FolderArchive implements InboxArchive {
  readonly #inbox: string;
  readonly #archive: string;

  constructor({ inbox, archive }: FolderArchiveOptions) {
    this.#inbox = inbox;
    this.#archive = archive;
  }

  async *list(path: string, after = ''): AsyncGenerator<ArchivedFile> {
    for (const inside of await this.#filesUnder(insideInbox(path))) {
      const stats = inside > after ? await this.find(inside) : undefined;
      if (stats?.isFile()) yield { path: inside, bytes: stats.size, modified: stats.mtime.toISOString() };
    }
  }

  async restore(path: string): Promise<ArchivedFile> {
    const inside = insideInbox(path);
    const stats = await this.find(inside);
    if (!stats?.isFile()) throw notArchived(path);
    await this.takeBack(inside);
    return { path: inside, bytes: stats.size, modified: stats.mtime.toISOString() };
  }

  /** Archives what came, or was last touched, so many days ago or earlier. */
  async keep(now: Date): Promise<void> {
    const before = now.getTime() - ARCHIVED_AFTER_DAYS * 24 * 3_600_000;
    const failures: unknown[] = [];
    for (const inside of await filesBelow(this.#inbox)) {
      const found = await lstat(join(this.#inbox, inside)).catch(absentIsNone);
      // Not the time of its content, which clients set: a file of last year that came today is new here.
      if (!found?.isFile() || found.ctimeMs > before) continue;
      await this.#moveIn(inside).catch((cause) => failures.push(cause));
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} files can't be archived`);
  }

  /** What is archived of a path, a folder perhaps; undefined of what is not, or has another in its place by now. */
  async find(inside: string): Promise<Stats | undefined> {
    const found = await lstat(join(this.#archive, inside)).catch(absentIsNone);
    if (!found?.isFile()) return found;
    return (await lstat(join(this.#inbox, inside)).catch(absentIsNone)) ? undefined : found;
  }

  /** Path on this machine of an archived file. */
  pathOf(inside: string): string {
    return join(this.#archive, inside);
  }

  /** Names of what is archived in a folder: files, and folders that something is archived in. */
  async namesIn(inside: string): Promise<string[]> {
    const entries: Dirent[] =
      (await readdir(join(this.#archive, inside), { withFileTypes: true }).catch(absentIsNone)) ?? [];
    return entries.map(({ name }) => name);
  }

  async isUnder(inside: string): Promise<boolean> {
    return (await this.#filesUnder(inside)).length > 0;
  }

  /** Moves a file, or all of a folder, back to the inbox, for what is to be done with it there. What was replaced there is forgotten. */
  async takeBack(inside: string): Promise<void> {
    for (const one of await this.#filesUnder(inside)) {
      const [from, to] = [join(this.#archive, one), join(this.#inbox, one)];
      await mkdir(dirname(to), { recursive: true });
      // Not renamed: that would replace a newer file.
      await link(from, to).catch((cause) => {
        if (cause.code !== 'EEXIST') throw cause;
      });
      await unlink(from);
      await this.#tidy(dirname(one));
    }
  }

  /** Removes the archived file of a name. */
  async remove(inside: string): Promise<void> {
    await rm(join(this.#archive, inside), { force: true });
    await this.#tidy(dirname(inside));
  }

  async #moveIn(inside: string): Promise<void> {
    const target = join(this.#archive, inside);
    await mkdir(dirname(target), { recursive: true });
    await rename(join(this.#inbox, inside), target);
  }

  async #filesUnder(inside: string): Promise<string[]> {
    const found = await lstat(join(this.#archive, inside)).catch(absentIsNone);
    if (found?.isFile()) return [inside];
    return (await filesBelow(join(this.#archive, inside))).map((name) => join(inside, name)).sort();
  }

  /** Takes folders away that nothing is archived in any more. */
  async #tidy(folder: string): Promise<void> {
    if (folder === '.') return;
    const isGone = await rmdir(join(this.#archive, folder)).then(
      () => true,
      () => false,
    );
    if (isGone) await this.#tidy(dirname(folder));
  }
}

/** Paths of the files below a folder; none when there is no folder. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = (await readdir(root, { recursive: true, withFileTypes: true }).catch(absentIsNone)) ?? [];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

const absentIsNone = (cause: NodeJS.ErrnoException): undefined => {
  if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
};
