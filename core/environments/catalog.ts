import { Published, TableEntry } from '../contracts/catalog.ts';
import { Conflict } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { canonicalJson } from './canonical.ts';
import { readAllJson, readJson, writeJson } from './json-objects.ts';

const publishedKey = 'published.json';
const candidateKey = (runId: string, entry: TableEntry) => `candidates/${runId}/${entry.schema}.${entry.name}.json`;
const key = (entry: TableEntry) => `${entry.schema}.${entry.name}`;

/** The tables that readers see, by `schema.name`. */
export async function publishedTables(objects: ObjectStore): Promise<Record<string, TableEntry>> {
  return (await readJson(objects, publishedKey, Published))?.value.tables ?? {};
}

/** When readers were last shown something; undefined before the first time. */
export async function publishedAt(objects: ObjectStore): Promise<string | undefined> {
  return (await readJson(objects, publishedKey, Published))?.value.at;
}

/** Notes a table that a run has built and nobody sees yet. */
export const proposeTable = (objects: ObjectStore, entry: TableEntry): Promise<string> =>
  writeJson(objects, candidateKey(entry.run_id, entry), entry);

/** The tables that a run sees: what is published, and over it what the run has built so far. */
export async function tablesOfRun(objects: ObjectStore, runId: string): Promise<Record<string, TableEntry>> {
  const built = await readAllJson(objects, `candidates/${runId}/`, TableEntry);
  return { ...(await publishedTables(objects)), ...Object.fromEntries(built.map((entry) => [key(entry), entry])) };
}

/** Moves the one pointer, so that readers see these tables at once; `gone` are tables that no longer exist. */
export async function publish(
  objects: ObjectStore,
  run: { id: string; at: Date },
  entries: TableEntry[],
  gone: readonly string[] = [],
): Promise<Record<string, TableEntry>> {
  for (let attempt = 0; ; attempt++) {
    const before = await readJson(objects, publishedKey, Published);
    const tables = { ...before?.value.tables, ...Object.fromEntries(entries.map((entry) => [key(entry), entry])) };
    for (const name of gone) delete tables[name];
    const body = canonicalJson({ run_id: run.id, at: run.at.toISOString(), tables });
    try {
      await objects.put(publishedKey, body, before ? { ifMatch: before.etag } : { ifNoneMatch: '*' });
      return tables;
    } catch (cause) {
      // Another run of this environment published other tables meanwhile; ours go on top of them.
      if (!(cause instanceof Conflict) || attempt >= 10) throw cause;
    }
  }
}

/** Forgets what a run proposed, once it is published or given up. */
export async function dropProposals(objects: ObjectStore, runId: string): Promise<void> {
  for (const candidate of await objects.list(`candidates/${runId}/`)) await objects.delete(candidate.key);
}
