import { LandedFile } from '../contracts/steps.ts';
import { contentHash } from '../environments/canonical.ts';
import { readJson, readJsons, writeJson } from '../environments/json-objects.ts';
import type { ObjectStore } from '../ports.ts';

const folder = (courier: string) => courier.replace('courier/', '');

/** Prefix of all that is noted of what a courier landed. */
export const landingsPrefix = (courier: string): string => `landings/${folder(courier)}/`;
const filesPrefix = (courier: string, file: string) => `${landingsPrefix(courier)}files/${file}/`;
const daysPrefix = (courier: string, file: string) => `${landingsPrefix(courier)}days/${file}/`;

/** Where the bytes of a courier's file are kept, by content. */
export function landingKey(courier: string, file: Pick<LandedFile, 'date' | 'sha256' | 'name'>): string {
  const base = file.name.slice(file.name.lastIndexOf('/') + 1);
  return `landing/${folder(courier)}/${file.date ?? 'undated'}/${file.sha256}-${endOf(base)}`;
}

/** Its end tells what a file is; beside the hash a whole name may be longer than file systems have it. */
function endOf(name: string): string {
  const letters = [...name];
  while (Buffer.byteLength(letters.join('')) > LONGEST_BASE) letters.shift();
  return letters.join('');
}
const LONGEST_BASE = 100;

type Content = Pick<LandedFile, 'file' | 'name' | 'sha256' | 'by_name'>;

/** What a feed's table knows a landed file by: of one archive, two files of a set may be other members. */
export const loadId = ({ sha256, file, name, by_name, times }: Content & Pick<LandedFile, 'times'>): string =>
  [sha256, file, ...(by_name ? [contentHash(name).slice(0, 16)] : []), ...(times > 1 ? [times] : [])].join('-');

const noteKey = (courier: string, file: Content & Pick<LandedFile, 'times'>): string =>
  `${filesPrefix(courier, file.file)}${loadId(file)}.json`;

/** Notes that a file's bytes are landed. What is landed is looked for by day, so that its day is told before it counts as landed. */
export async function noteLanded(objects: ObjectStore, courier: string, file: LandedFile): Promise<void> {
  await objects.put(`${daysPrefix(courier, file.file)}${file.landed_at.slice(0, 10)}/${loadId(file)}`, '');
  await writeJson(objects, noteKey(courier, file), file);
}

/**
 * Which time a content comes; undefined where it is no news. A content that was landed before is news of another date, and
 * where the file of this name has been another since: a snapshot that went back. A copy under another name is none, unless
 * files are known by their names. `before` is the SHA-256 that the file of this name had last.
 */
export async function timesLanded(
  objects: ObjectStore,
  courier: string,
  file: Content & Pick<LandedFile, 'date'>,
  before: string | undefined,
): Promise<number | undefined> {
  const wentBack = before !== undefined && before !== file.sha256;
  const dates = new Set<string | null>();
  for (let times = 1; ; times++) {
    const noted = await readJson(objects, noteKey(courier, { ...file, times }), LandedFile);
    if (!noted) return times === 1 || wentBack || !dates.has(file.date) ? times : undefined;
    dates.add(noted.value.date);
  }
}

/** Days on which files of one name of a courier's set were landed. */
export const landedDays = (objects: ObjectStore, courier: string, file: string): Promise<string[]> =>
  objects.folders(daysPrefix(courier, file));

/** Load ids of those of a day; of one whose landing broke off there is no file. */
export async function landedOn(objects: ObjectStore, courier: string, file: string, day: string): Promise<string[]> {
  const prefix = `${daysPrefix(courier, file)}${day}/`;
  return (await objects.list(prefix)).map(({ key }) => key.slice(prefix.length));
}

/** Landed files by their load ids, as far as there are such: by date, then in the order in which they were landed. */
export async function landedFiles(
  objects: ObjectStore,
  courier: string,
  file: string,
  ids: readonly string[],
): Promise<LandedFile[]> {
  const keys = ids.map((id) => `${filesPrefix(courier, file)}${id}.json`);
  const files = await readJsons(objects, keys, LandedFile);
  const order = (one: LandedFile) => `${one.date ?? ''}\0${one.landed_at}\0${one.name}\0${one.sha256}`;
  return files.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}
