import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileReader } from '../../adapters/files/reader.ts';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { tableOfFeed } from '../../core/environments/configuration.ts';
import { text } from '../../core/sql/quote.ts';
import { evaluate } from '../../core/stitch/quality/evaluate.ts';
import { inboxFolder } from '../../local/home.ts';
import { datasetsFolder } from '../support/labelled-sets.ts';
import { TestTenant } from '../support/tenant.ts';

/** The small labelled sets and the F1 that the pipeline must reach on them with what `discover` proposes. */
const sets = [
  { name: 'febrl2', atLeast: 0.97 },
  { name: 'febrl4', atLeast: 0.97 },
  { name: 'rldata500', atLeast: 0.97 },
  { name: 'splink_fake1000', atLeast: 0.85 },
];

const absent = !existsSync(datasetsFolder);
if (absent) console.warn(`skipped: the labelled sets are not beside the project (${datasetsFolder})`);

const reader = createFileReader({ threads: 2, spillFolder: join(tmpdir(), 'real-input-spill') });
const opened: TestTenant[] = [];
afterAll(async () => {
  for (const tenant of opened) await tenant.close();
});

describe.skipIf(absent)('a real file, discovered and run with nothing edited', () => {
  it.each(sets)('finds the people of $name', async ({ name, atLeast }) => {
    const { path, truth } = await withoutTruth(name);
    const discovered = await reader.discover(path, `${name}.csv`, { source: 'real' });
    expect(discovered.feed.primary_key).toEqual(['record_id']);
    const tenant = await TestTenant.open(documentsFor(discovered));
    opened.push(tenant);
    const inbox = join(inboxFolder(tenant.home, 'test'), 'real');
    await mkdir(inbox, { recursive: true });
    await withoutTruth(name, inbox);
    const run = await tenant.run();
    expect(run.error).toBeUndefined();
    const found = await tenant.query('SELECT pk, amp_id FROM customer360.unified_coalesced');
    const group = (pk: unknown, person: unknown) => ({ datasource: 'all', pk: String(pk), group: String(person) });
    const scores = evaluate(
      truth.map((row) => group(row.record_id, row.cluster_id)),
      found.map((row) => group(row.pk, row.amp_id)),
    );
    expect(scores.records).toBe(truth.length);
    expect(scores.pairwise.f1, JSON.stringify(scores.pairwise)).toBeGreaterThanOrEqual(atLeast);
  });
});

/** Writes a set without its truth; gives the truth apart. */
async function withoutTruth(name: string, folder?: string) {
  const path = join(folder ?? (await mkdtemp(join(tmpdir(), 'real-input-'))), `${name}.csv`);
  const source = `read_csv(${text(join(datasetsFolder, name, `${name}.csv*`))}, header = true, all_varchar = true)`;
  const session = await DuckDbSession.open();
  try {
    await session.run('copy', `COPY (SELECT * EXCLUDE (cluster_id) FROM ${source}) TO ${text(path)} (HEADER)`);
    return { path, truth: await session.rows('truth', `SELECT record_id, cluster_id FROM ${source}`) };
  } finally {
    session.close();
  }
}

function documentsFor({ feed, format, ingest_query }: Awaited<ReturnType<typeof reader.discover>>) {
  const load = { feed: feed.id, file: 'records', ...(ingest_query !== null && { ingest_query: 'ingest-query/real' }) };
  return [
    { id: 'tenant/test', name: 'test' },
    { id: 'stitch/default' },
    { id: 'merge-policy/default', sources: [{ datasource: tableOfFeed(feed), priority: 1 }] },
    { ...feed, stitch: true },
    ...(ingest_query === null ? [] : [{ id: 'ingest-query/real', sql: ingest_query }]),
    {
      id: 'courier/real',
      type: 'folder',
      settings: { path: 'real' },
      files: [{ name: 'records', pattern: '*.csv', format }],
      loads: [load],
    },
    { id: 'courier-group/daily', couriers: [{ courier: 'courier/real' }] },
  ];
}
