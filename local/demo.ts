import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DemoSize, generateDemo } from '../samples/generate/demo.ts';
import { archiveFolder, demoOutbox, exists, inboxFolder, tenantFolder } from './home.ts';

export const demoTenant = 'acme';
export const demoCourierGroup = 'courier-group/daily';

/** The demo's configuration as YAML, the model of anyone's own. */
export const demoFolder = fileURLToPath(new URL('../samples/acme', import.meta.url));

/** Folders of source files that are no one's to copy: their partners send them. */
const sentByPartners = new Set(['call-centre', 'web-events']);

/** Whether the demo's source files were made; they may be archived by now. */
export async function isDelivered(home: string): Promise<boolean> {
  // The truth, which tells the person that each customer row is of, arrives last.
  const truth = [inboxFolder, archiveFolder].map((folder) => join(folder(home, demoTenant), 'truth.csv'));
  return (await Promise.all(truth.map(exists))).includes(true);
}

/** Makes the demo's source files and puts them into its inbox, or its outbox; undefined when they are there already. */
export async function deliverDemo(
  home: string,
  size: Partial<DemoSize>,
): Promise<{ files: number; rows: number; bytes: number } | undefined> {
  if (await isDelivered(home)) return undefined;
  const unfinished = join(tenantFolder(home, demoTenant), 'demo.unfinished');
  await rm(unfinished, { recursive: true, force: true });
  const made = await generateDemo({ ...size, folder: unfinished });
  const [inbox, outbox] = [inboxFolder(home, demoTenant), demoOutbox(home, demoTenant)];
  for (const folder of [inbox, outbox]) await mkdir(folder, { recursive: true });
  const names = (await readdir(unfinished)).filter((name) => name !== 'truth.csv');
  for (const name of [...names, 'truth.csv']) {
    const target = join(sentByPartners.has(name) ? outbox : inbox, name);
    await rm(target, { recursive: true, force: true });
    await rename(join(unfinished, name), target);
  }
  await rm(unfinished, { recursive: true });
  return made;
}
