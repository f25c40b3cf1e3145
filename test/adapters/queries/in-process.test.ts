import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { InProcessQueries } from '../../../adapters/queries/in-process.ts';

/** Answers at once. */
const warehouse = {
  query: async () => ({ columns: [{ name: 'n', type: 'Integer' }], rows: [[1]], truncated: false }),
};

it('the results of the last hundred queries are kept, and nothing of those before', async () => {
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'results-')));
  const queries = new InProcessQueries({ warehouse, objects });
  const ids: string[] = [];
  for (let n = 0; n < 103; n++) {
    const id = await queries.start({ name: 'query', sql: 'SELECT 1 AS n', tables: [], asOf: '2026-11-01T00:00:00Z' });
    await queries.follow(id, { waitMs: 60_000 });
    if (n < 5) await queries.csv(id);
    ids.push(id);
  }
  const kept = [...ids.slice(3).map((id) => `${id}.json`), ...ids.slice(3, 5).map((id) => `${id}.csv`)];
  expect((await objects.list('')).map(({ key }) => key)).toEqual(kept.map((name) => `query-results/${name}`).sort());
  await queries.close();
});

it('a query that takes longer than half an hour is ended, and says so', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  try {
    const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'results-')));
    const endless = (_: unknown, { signal }: { signal?: AbortSignal }) =>
      new Promise<never>((_, failed) => signal?.addEventListener('abort', () => failed(new Error('interrupted'))));
    const queries = new InProcessQueries({ warehouse: { query: endless }, objects });
    const id = await queries.start({ name: 'query', sql: 'SELECT 1', tables: [], asOf: '2026-11-01T00:00:00Z' });
    vi.advanceTimersByTime(29 * 60_000);
    expect(await queries.follow(id, { waitMs: 0 })).toMatchObject({ state: 'running' });
    vi.advanceTimersByTime(60_000);
    expect(await queries.follow(id, { waitMs: 1000 })).toMatchObject({
      state: 'failed',
      error: { name: 'QueryFailed', message: expect.stringContaining('longer than 30 minutes') },
    });
  } finally {
    vi.useRealTimers();
  }
});
