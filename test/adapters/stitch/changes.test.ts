import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type StitchTable, stitchTables } from '../../../core/contracts/stitch.ts';
import { customers, random } from '../../support/customers.ts';
import {
  readTable,
  runStitch,
  runStitchChanges,
  type StitchRecord,
  temporaryFolder,
  writeRecords,
} from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const keyOf = (record: StitchRecord) => `${record.datasource}/${record.pk}`;
const columns = ['given_name', 'surname', 'birthdate', 'email', 'phone', 'address', 'postal', 'fk_card'];

/** A day's records in the same columns as any other's. */
const write = (name: string, records: Iterable<StitchRecord>) =>
  writeRecords(
    join(folder, `${name}.parquet`),
    Array.from(records, (record) => ({
      ...Object.fromEntries(columns.map((column) => [column, undefined])),
      ...record,
    })),
  );

/** People with duplicates in other sources, records that say next to nothing, and some that are empty. */
function someRecords(seed: number): StitchRecord[] {
  const next = random(seed);
  const { records } = customers(500, seed);
  const twins = records.filter(() => next() < 0.1).map((record) => ({ ...record, pk: `twin-${record.pk}` }));
  const vague = Array.from({ length: 20 }, (_, i) => ({ datasource: 'web', pk: `vague-${i}`, given_name: 'MARY' }));
  const empty = Array.from({ length: 5 }, (_, i) => ({ datasource: 'store', pk: `empty-${i}` }));
  return [...records, ...twins, ...vague, ...empty].map((record, i) =>
    i % 9 === 0 ? { ...record, fk_card: `c${i % 200}` } : record,
  );
}

/** Some records take another's words, some lose or gain a value, some are new; keys of the new ones sort in between. */
function someChanges(records: readonly StitchRecord[], seed: number): StitchRecord[] {
  const next = random(seed);
  const any = () => records[Math.floor(next() * records.length)] ?? { datasource: '', pk: '' };
  const changed = records
    .filter(() => next() < 0.04)
    .map(({ datasource, pk, ...words }): StitchRecord => {
      const { datasource: _, pk: __, ...others } = any();
      const kind = next();
      if (kind < 0.25) return { datasource, pk, ...others };
      if (kind < 0.4) return { datasource, pk, given_name: 'MARY' };
      if (kind < 0.6) return { datasource, pk, ...words, email: others.email, phone: others.phone };
      if (kind < 0.8) return { datasource, pk, ...words, surname: others.surname, email: undefined };
      return { datasource, pk, ...words };
    });
  const added = Array.from({ length: 15 }, (_, i) => ({ ...any(), pk: `${Math.floor(next() * 1000)}-${seed}-${i}` }));
  return [...changed, ...added];
}

const after = (records: readonly StitchRecord[], changes: readonly StitchRecord[]) => [
  ...new Map([...records, ...changes].map((record) => [keyOf(record), record])).values(),
];

const settings = { supersized_cluster_min_size: 12 };

async function tablesOf(run: string): Promise<Partial<Record<StitchTable, unknown[]>>> {
  const read = stitchTables.map(async (table) => [table, await readTable(run, table)] as const);
  return Object.fromEntries(await Promise.all(read));
}

describe.each([1, 2, 3, 4])('two days of changes (seed %i)', (seed) => {
  test('give the tables that all records under the same model give', async () => {
    const first = someRecords(seed);
    const labels = first.slice(0, 12).map((record, i) => ({
      label: `case-${i % 3}`,
      partition: String(i % 2),
      datasource: record.datasource,
      pk: record.pk,
    }));
    const start = join(folder, `${seed}-start`);
    await runStitch({ records: await write('start', first), outFolder: start }, { ...settings, labels });
    let [now, whole, renewed] = [first, start, start];
    for (const day of [2, 3]) {
      const changes = someChanges(now, 10 * seed + day);
      now = after(now, changes);
      const run = { runId: `run-${day}`, asOf: `2026-01-0${day}T00:00:00Z` };
      const all = {
        ...run,
        records: await write('all', now),
        previous: whole,
        outFolder: join(folder, `${seed}-whole-${day}`),
      };
      const few = {
        ...run,
        records: await write('few', changes),
        previous: renewed,
        outFolder: join(folder, `${seed}-few-${day}`),
      };
      const reportOfAll = await runStitch(all, { ...settings, labels });
      const report = await runStitchChanges(few, { ...settings, labels });
      [whole, renewed] = [all.outFolder, few.outFolder];
      const expected = await tablesOf(whole);
      const found = await tablesOf(renewed);
      for (const table of stitchTables) expect([table, found[table]]).toEqual([table, expected[table]]);
      const { records, people, sources, changes: counted, dedupe_rate } = reportOfAll;
      expect(report).toMatchObject({ records, people, sources, changes: counted, dedupe_rate });
      expect(counted.merged + counted.split).toBeGreaterThan(0);
    }
  });
});
