import { connectionSecret } from '../core/connections/secrets.ts';
import type { Document } from '../core/contracts/configuration.ts';
import type { PersonStory } from '../core/contracts/person.ts';
import type { Run } from '../core/contracts/runs.ts';
import { CourierGroup } from '../core/contracts/sources.ts';
import { TributaryError } from '../core/errors.ts';
import { deliverDemo, demoCourierGroup, demoFolder, demoTenant, isDelivered } from '../local/demo.ts';
import { demoPostgres } from '../local/home.ts';
import { askQuery } from './ask-query.ts';
import type { Client } from './client.ts';
import { bytes, counted, duration } from './figures.ts';
import type { Configuration } from './plan.ts';

export interface DemoOptions {
  people?: number;
  seed?: string;
}

const environment = `/${demoTenant}/production`;

/**
 * Makes the demo tenant as far as it isn't made: each step looks whether it is done, so that a start that was killed goes
 * on in the next one. Returns the run to show: one that goes on, the last one, or the first, begun now.
 */
export async function prepareDemo(
  client: Client,
  options: DemoOptions,
  say: (line: string) => void,
): Promise<{ environment: string; run: Run }> {
  const tenants = await client.all<{ name: string }>('/tenants');
  if (!tenants.some(({ name }) => name === demoTenant)) {
    await client.post('/tenants', { name: demoTenant, amp_iq: true });
    say(`Made tenant ${demoTenant}`);
  }
  await configure(client, say);
  await deliver(client, options, say);
  await addDatabase(client, say);
  const recovered = (await client.platform?.recover()) ?? [];
  const resumed = recovered.findLast((run) => run.tenant === demoTenant);
  if (resumed) {
    say(`Going on with ${resumed.id}, which was interrupted\n`);
    return { environment, run: resumed };
  }
  const [last] = await client.all<Run>(`${environment}/runs`, {}, 1);
  if (last) return { environment, run: last };
  say('');
  return { environment, run: await client.post<Run>(`${environment}/runs`, { courier_group: demoCourierGroup }) };
}

async function configure(client: Client, say: (line: string) => void): Promise<void> {
  const head = await client.get<Configuration>(`${environment}/configuration`);
  if (head.documents.some(({ id }) => id === demoCourierGroup)) return;
  const { readDocuments } = await import('./documents-folder.ts');
  const documents = (await readDocuments(demoFolder)).map(({ document }) => document);
  await client.put(`${environment}/configuration`, {
    documents,
    message: 'The demo tenant',
    parent: head.version?.id ?? null,
  });
  say(`Applied ${counted(documents.length, 'document')} of samples/acme`);
}

async function deliver(client: Client, options: DemoOptions, say: (line: string) => void): Promise<void> {
  const { platform } = client;
  if (!platform) return;
  const { demoKey, sendOutbox } = await import('../local/demo-partners.ts');
  const access = await platform.production(demoTenant);
  // Making a key takes seconds, of another thread than the one that makes the files.
  const isNew = !(await isDelivered(platform.home));
  await Promise.all([isNew ? demoKey(access) : undefined, copyFiles(platform.home, options, say)]);
  const port = await sendOutbox(platform.home, access);
  if (port !== undefined) say(`Sent events of its web shop to a stream, and calls, encrypted, by SFTP on port ${port}`);
}

/** Has the demo pull from a PostgreSQL too, where one is named. */
async function addDatabase(client: Client, say: (line: string) => void): Promise<void> {
  const url = demoPostgres();
  if (!url || !client.platform) return;
  const { databaseConnection, databaseCourier, databaseFolder, fillDatabase } = await import(
    '../local/demo-database.ts'
  );
  const { version, documents } = await client.get<Configuration>(`${environment}/configuration`);
  if (documents.some(({ id }) => id === databaseCourier)) return;
  const rows = await fillDatabase(client.platform.home, url);
  const connection = databaseConnection(url);
  const { secrets } = await client.platform.production(demoTenant);
  await secrets.put(connectionSecret(connection.id, 'password'), decodeURIComponent(url.password));
  const { readDocuments } = await import('./documents-folder.ts');
  const added = (await readDocuments(databaseFolder)).map(({ document }) => document);
  const changed = documents.map((document) => withCourier(document, databaseCourier));
  await client.put(`${environment}/configuration`, {
    documents: [...changed, connection, ...added],
    message: 'Pull reviews from a PostgreSQL',
    parent: version?.id ?? null,
  });
  say(
    `Wrote ${counted(rows, 'review')} to tributary_demo.reviews of the PostgreSQL at ${url.host}, and pull them from there`,
  );
}

/** The demo's courier group with one more; any other document as it is. */
const withCourier = (document: Document, courier: string): Document =>
  document.id === demoCourierGroup && 'couriers' in document
    ? CourierGroup.parse({ ...document, couriers: [...document.couriers, { courier }] })
    : document;

async function copyFiles(home: string, { people, seed }: DemoOptions, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  const made = await deliverDemo(home, {
    ...(people !== undefined && { people }),
    ...(seed !== undefined && { seed }),
  });
  if (!made) {
    const asked = people !== undefined || seed !== undefined;
    if (asked) say('The demo has its files already: another size or seed is for a new TRIBUTARY_HOME');
    return;
  }
  const size = `${counted(made.files, 'file')}, ${counted(made.rows, 'row')}, ${bytes(made.bytes)}`;
  say(
    `Made the source files of a shop, its stores, loyalty cards, mail and call centre: ${size} in ${duration(performance.now() - began)}`,
  );
}

/** Somebody worth a look: several records in several sources under differing names, and a few orders. */
const storySql = `SELECT r.amp_id
FROM (
  SELECT c.amp_id, COUNT(DISTINCT c.datasource) AS sources, COUNT(*) AS records, COUNT(DISTINCT c.given_name) AS names
  FROM customer360.unified_coalesced c
  GROUP BY c.amp_id
) r
JOIN (
  SELECT t.amp_id, COUNT(*) AS orders FROM customer360.unified_transactions t GROUP BY t.amp_id
) o ON o.amp_id = r.amp_id
WHERE r.records BETWEEN 3 AND 6 AND o.orders BETWEEN 2 AND 8
ORDER BY r.sources DESC, r.names DESC, r.records DESC, o.orders DESC, r.amp_id
LIMIT 1`;

/** One person's story; undefined while there is nobody to tell of. */
export async function demoStory(client: Client, path: string): Promise<PersonStory | undefined> {
  try {
    const { rows: [first] = [] } = await askQuery(client, path, { sql: storySql, limit: 1 });
    return first && (await client.get<PersonStory>(`${path}/persons/${first[0]}`));
  } catch (cause) {
    // After a run that failed, the tables may not be there.
    if (cause instanceof TributaryError && cause.status < 500) return undefined;
    throw cause;
  }
}
