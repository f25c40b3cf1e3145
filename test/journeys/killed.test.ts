import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../adapters/objects/filesystem.ts';
import { DuckDbWarehouse } from '../../adapters/sql/duckdb.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { environmentFolders } from '../../local/home.ts';

const program = join(import.meta.dirname, '../../bin/tributary.mjs');
const homes: string[] = [];
afterAll(async () => {
  for (const home of homes) await rm(home, { recursive: true, force: true });
});

/** `npm start -- --once` on a small demo; killed hard after so many milliseconds, with all that it started. */
async function start(home: string, killAfter?: number): Promise<number | null> {
  const child = spawn(process.execPath, [program, 'start', '--once', '--people', '150'], {
    env: { ...process.env, TRIBUTARY_HOME: home },
    stdio: 'ignore',
    detached: true,
  });
  const timer =
    killAfter === undefined ? undefined : setTimeout(() => child.pid && process.kill(-child.pid, 'SIGKILL'), killAfter);
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  clearTimeout(timer);
  return code;
}

const newHome = async () => {
  const home = await mkdtemp(join(tmpdir(), 'killed-'));
  homes.push(home);
  return home;
};

/** The rows of every table that doesn't tell of a run's own time. */
async function tables(home: string): Promise<Record<string, string[]>> {
  const folders = environmentFolders(home, 'acme', 'production');
  const objects = new FilesystemObjects(folders.objects);
  const warehouse = await DuckDbWarehouse.open({
    file: folders.tables,
    objects,
    objectsFolder: folders.objects,
    spillFolder: folders.spill,
  });
  const published = Object.values(await publishedTables(objects));
  const kept = published.filter(
    ({ schema, name }) =>
      schema === 'domain' ||
      ['unified_coalesced', 'merged_customers', 'unified_itemized_transactions', 'unified_transactions'].includes(name),
  );
  const read = async (entry: (typeof kept)[number]) => {
    const name = `${entry.schema}.${entry.name}`;
    const columns = entry.columns
      .filter(({ name }) => name !== '_updated' && name !== '_load')
      .map(({ name }) => `"${name}"`);
    const query = {
      name,
      sql: `SELECT ${columns.join(', ')} FROM ${name}`,
      tables: published,
      asOf: '2026-11-01T00:00:00Z',
    };
    const { rows } = await warehouse.query(query, { limit: 1_000_000 });
    return [name, rows.map((row) => JSON.stringify(row)).sort()] as const;
  };
  const all = Object.fromEntries(await Promise.all(kept.map(read)));
  await warehouse.close();
  return all;
}

describe('a start that is killed hard', () => {
  it('loses nothing: the next start finishes the run, with the tables that an undisturbed one gives', async () => {
    const undisturbed = await newHome();
    expect(await start(undisturbed)).toBe(0);
    const expected = await tables(undisturbed);
    expect(Object.keys(expected).length).toBeGreaterThan(10);

    const disturbed = await newHome();
    const began = performance.now();
    const kills = Array.from({ length: 4 }, () => Math.round(1200 + Math.random() * 3500));
    const told = `killed after ${kills.join(', ')} ms`;
    for (const after of kills) if ((await start(disturbed, after)) === 0) break;
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(await start(disturbed), told).toBe(0);
    expect(await tables(disturbed), told).toEqual(expected);
  }, 180_000);
});
