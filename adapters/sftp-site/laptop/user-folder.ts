import type { Stats } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, rmdir, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Conflict, InvalidInput } from '../../../core/errors.ts';
import type { FolderArchive } from '../../inbox-archive/folder.ts';
import { absentIsNone, belowRoot, insideOf, lookInside, makeFolders, notFound } from './paths.ts';
import type { Upload } from './upload.ts';
import type { Uploads } from './uploads.ts';

interface UserFolderOptions {
  inbox: string;
  /** Path in the inbox of all that the user sees; `''` for the whole of it. */
  folder: string;
  uploads: Uploads;
  archive: FolderArchive;
  /** Told of a file that has another name now, by its path in the inbox. */
  arrived: (inside: string) => void;
}

export interface ListedFile {
  name: string;
  stats: Stats;
}

/**
 * What one user sees of the inbox, by the paths of a client, whose `/` is the user's folder. Nothing outside of it can be
 * reached. A file that is being uploaded is shown as far as it has come; couriers read the inbox itself, which has whole files.
 * What is archived is shown as if it weren't, and comes back when something is done with it.
 */
export class UserFolder {
  readonly #options: UserFolderOptions;
  readonly #root: string;

  constructor(options: UserFolderOptions) {
    this.#options = options;
    this.#root = join(options.inbox, options.folder);
  }

  /** Makes the folder of a user who comes in for the first time. */
  async prepare(): Promise<void> {
    const { inbox, folder } = this.#options;
    await mkdir(inbox, { recursive: true });
    await makeFolders(inbox, folder);
  }

  async stat(path: string): Promise<Stats> {
    const found = await this.#find(belowRoot(path));
    if (!found) throw notFound();
    return found;
  }

  /** Names of what is in a folder. What else than files and folders is there is not shown. */
  async names(path: string): Promise<string[]> {
    const inside = belowRoot(path);
    const { uploads, archive } = this.#options;
    const entries = await readdir(await insideOf(this.#root, inside), { withFileTypes: true });
    const whole = entries.filter((entry) => entry.isFile() || entry.isDirectory()).map(({ name }) => name);
    const begun = await uploads.namesIn(this.#inboxPath(inside));
    return [...new Set([...whole, ...begun, ...(await archive.namesIn(this.#inboxPath(inside)))])];
  }

  /** Those of the names that are still there. */
  async listed(path: string, names: readonly string[]): Promise<ListedFile[]> {
    const inside = belowRoot(path);
    const all = names.map(async (name) => ({ name, stats: await this.#find(join(inside, name)) }));
    return (await Promise.all(all)).filter((file): file is ListedFile => file.stats !== undefined);
  }

  async openToRead(path: string): Promise<FileHandle> {
    const inside = belowRoot(path);
    const begun = await this.#options.uploads.latest(this.#inboxPath(inside));
    const handle = begun === undefined ? await this.#openWhole(inside) : await open(begun, 'r');
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw new InvalidInput('this is a folder');
  }

  /** `isNew`: nothing may be there. `mustExist`: something has to. `truncate`: what is there is replaced. */
  async openToWrite(path: string, how: { isNew: boolean; mustExist: boolean; truncate: boolean }): Promise<Upload> {
    const inside = belowRoot(path);
    const { found, folder } = await this.#look(inside);
    if (found?.isDirectory() || inside === '') throw new InvalidInput('this is a folder');
    if (found && how.isNew) throw new Conflict('there is a file of that name');
    // A folder that isn't there is the client's to make.
    if (!folder || (!found && how.mustExist)) throw notFound();
    const { uploads, archive } = this.#options;
    const target = this.#inboxPath(inside);
    if (!found || how.truncate) return uploads.begin(target);
    await archive.takeBack(target);
    return uploads.resume(target);
  }

  /** Moves a file of the same disk in that is whole, in the place of one of that path. Folders on the way are made. */
  async receive(path: string, file: string): Promise<void> {
    await this.prepare();
    const inside = belowRoot(path);
    for (let above = dirname(inside); above !== '.'; above = dirname(above)) {
      if ((await this.#find(above))?.isFile()) throw new Conflict(`${above} is a file: expected a folder`);
    }
    await makeFolders(this.#root, dirname(inside));
    if ((await this.#find(inside))?.isDirectory()) throw new Conflict(`${inside} is a folder: expected a file`);
    await this.#options.uploads.receive(this.#inboxPath(inside), file);
  }

  async setTimes(path: string, accessed: number, modified: number): Promise<void> {
    const inside = belowRoot(path);
    const { uploads, archive } = this.#options;
    const begun = await uploads.latest(this.#inboxPath(inside));
    await archive.takeBack(this.#inboxPath(inside));
    await utimes(begun ?? (await insideOf(this.#root, inside)), accessed, modified);
  }

  async makeFolder(path: string): Promise<void> {
    const inside = belowRoot(path);
    if (await this.#find(inside)) throw new Conflict('there is something of that name');
    await mkdir(await insideOf(this.#root, inside));
  }

  async removeFolder(path: string): Promise<void> {
    const inside = belowRoot(path);
    if (inside === '') throw new InvalidInput('this is the folder that you are held to');
    const { uploads, archive } = this.#options;
    for (const place of [uploads, archive]) {
      if (await place.isUnder(this.#inboxPath(inside))) throw new Conflict('this folder is not empty');
    }
    await rmdir(await insideOf(this.#root, inside));
  }

  async remove(path: string): Promise<void> {
    const inside = belowRoot(path);
    const found = await this.#find(inside);
    if (!found) throw notFound();
    if (found.isDirectory()) throw new InvalidInput('this is a folder');
    await this.#options.uploads.discard(this.#inboxPath(inside));
    await this.#options.archive.remove(this.#inboxPath(inside));
    await rm(await insideOf(this.#root, inside), { force: true });
  }

  /** As the protocol has it, nothing is replaced. What is not whole keeps its name, or it would be taken for whole. */
  async rename(from: string, to: string): Promise<void> {
    const [source, target] = [belowRoot(from), belowRoot(to)];
    if (source === '') throw new InvalidInput('this is the folder that you are held to');
    if (await this.#options.uploads.isUnder(this.#inboxPath(source))) {
      throw new Conflict('this is not uploaded whole: resume it, upload it anew or remove it');
    }
    if (await this.#find(target)) throw new Conflict('there is a file of the new name: remove it first');
    const path = await insideOf(this.#root, target);
    await this.#options.archive.takeBack(this.#inboxPath(source));
    await rename(await insideOf(this.#root, source), path);
    for (const one of await filesBelow(path)) this.#options.arrived(this.#inboxPath(join(target, one)));
  }

  async #find(inside: string): Promise<Stats | undefined> {
    return (await this.#look(inside)).found;
  }

  /** What a client is shown: what was begun last, or the whole file; and whether there is the folder that it is in. */
  async #look(inside: string): Promise<{ found: Stats | undefined; folder: boolean }> {
    const { uploads, archive } = this.#options;
    const [begun, there] = await Promise.all([
      inside === '' ? undefined : uploads.latest(this.#inboxPath(inside)),
      lookInside(this.#root, inside).catch(absentIsNone),
    ]);
    const folder = there !== undefined;
    const part = begun === undefined ? undefined : await lstat(begun).catch(absentIsNone);
    if (part) return { found: part, folder };
    const whole = there?.stats ?? (await archive.find(this.#inboxPath(inside)));
    return { found: whole?.isFile() || whole?.isDirectory() ? whole : undefined, folder };
  }

  async #openWhole(inside: string): Promise<FileHandle> {
    try {
      return await open(await insideOf(this.#root, inside), 'r');
    } catch (cause) {
      const { archive } = this.#options;
      const archived = await archive.find(this.#inboxPath(inside));
      if (!archived?.isFile()) throw cause;
      return open(archive.pathOf(this.#inboxPath(inside)), 'r');
    }
  }

  #inboxPath(inside: string): string {
    return join(this.#options.folder, inside);
  }
}

/** Paths below a folder; of a file, the empty one. */
async function filesBelow(path: string): Promise<string[]> {
  if ((await lstat(path)).isFile()) return [''];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(path.length));
}
