import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { recordName } from '../../core/contracts/record-key.ts';
import { type StitchTable, stitchTables } from '../../core/contracts/stitch.ts';
import { labelDifference } from '../../core/stitch/records/labels.ts';
import { customers, random } from '../support/customers.ts';
import {
  readTable,
  runStitch,
  runStitchChanges,
  type StitchRecord,
  temporaryFolder,
  writeRecords,
} from '../support/stitch-runs.ts';

const folder = temporaryFolder();

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

const replaced = (records: readonly StitchRecord[], changes: readonly StitchRecord[]) => [
  ...new Map([...records, ...changes].map((record) => [keyOf(record), record])).values(),
];

/** What people say of some records, each day of others. */
const someLabels = (records: readonly StitchRecord[], day: number) =>
  records.slice(4 * day, 4 * day + 12).map(({ datasource, pk }, i) => {
    const at = 4 * day + i;
    return { label: `case-${at % 3}`, partition: String(at % 2), datasource, pk };
  });

const settings = { supersized_cluster_min_size: 12 };

async function tablesOf(run: string): Promise<Partial<Record<StitchTable, unknown[]>>> {
  const read = stitchTables.map(async (table) => [table, await readTable(run, table)] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** The day on which records go too: all are asked for then, and what was renewed before is what they are compared with. */
const DELETING = 3;

describe.each([1, 2, 3])('days of new, changed and deleted records (seed %i)', (seed) => {
  test('give the tables that all records under the same model give', async () => {
    const first = someRecords(seed);
    const start = join(folder, `${seed}-start`);
    const labelled = (day: number) => ({ ...settings, labels: someLabels(first, day) });
    await runStitch({ records: await write('start', first), outFolder: start }, labelled(1));
    let [now, whole, renewed] = [first, start, start];
    for (const day of [2, DELETING, 4]) {
      const changes = someChanges(now, 10 * seed + day);
      const next = random(100 * seed + day);
      now = replaced(day === DELETING ? now.filter(() => next() < 0.95) : now, changes);
      const relabelled = new Set(labelDifference(someLabels(first, day - 1), someLabels(first, day)).map(recordName));
      const given = replaced(
        now.filter((record) => relabelled.has(keyOf(record))),
        changes,
      );
      const run = { runId: `run-${day}`, asOf: `2026-01-0${day}T00:00:00Z` };
      const all = {
        ...run,
        records: await write('all', now),
        previous: whole,
        outFolder: join(folder, `${seed}-whole-${day}`),
      };
      const few = {
        ...run,
        records: day === DELETING ? all.records : await write('few', given),
        previous: renewed,
        outFolder: join(folder, `${seed}-few-${day}`),
      };
      const reportOfAll = await runStitch(all, labelled(day));
      const report = await (day === DELETING ? runStitch : runStitchChanges)(few, labelled(day));
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

describe('changes alone do not suffice', () => {
  const records = customers(300, 8).records;
  const start = join(folder, 'suffice');
  const few = records.slice(0, 3).map((record) => ({ ...record, email: 'new@example.org' }));
  const run = async (name: string, changes: StitchRecord[], more: Record<string, unknown> = {}) => {
    await runStitch({ records: await write('suffice', records), outFolder: start });
    const given = { records: await write(name, changes), previous: start, outFolder: join(folder, name) };
    return runStitchChanges({ ...given, runId: 'run-2' }, more);
  };

  test('when the settings are others', async () => {
    expect(await run('others', few, { threshold: 4 })).toBeUndefined();
  });

  test('when records that people have said something of are not among them', async () => {
    const [one, other] = records.slice(10, 12) as [StitchRecord, StitchRecord];
    const labels = [one, other].map(({ datasource, pk }) => ({ label: 'case', partition: '1', datasource, pk }));
    expect(await run('unsaid', few, { labels })).toBeUndefined();
  });

  test('when the records have outgrown the model', async () => {
    const many = Array.from({ length: 400 }, (_, i) => ({ datasource: 'web', pk: `more-${i}` }));
    expect(await run('many', many)).toBeUndefined();
  });

  test('when there is a column that the model does not know', async () => {
    expect(
      await run(
        'column',
        few.map((record) => ({ ...record, company: 'ACME' })),
      ),
    ).toBeUndefined();
  });

  test('but they do when they say nothing new, and then nothing is changed', async () => {
    const report = await run('same', records.slice(0, 20));
    expect(report?.changes).toMatchObject({ added: 0, deleted: 0, merged: 0, split: 0, moved_records: 0 });
    expect(await tablesOf(join(folder, 'same'))).toEqual({ ...(await tablesOf(start)), unified_changes_clusters: [] });
  });
});
