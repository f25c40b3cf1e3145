import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customers, shuffled } from '../../support/customers.ts';
import { idsOf, readTable, runStitch, temporaryFolder, writeRecords } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { records: all } = customers(1500);
const first = join(folder, 'first');
let input = '';

beforeAll(async () => {
  input = await writeRecords(join(folder, 'all.parquet'), all);
  await runStitch({ records: input, outFolder: first });
});

describe('the same records', () => {
  test('have the same ids whatever the order of rows and the number of threads', async () => {
    const mixed = await writeRecords(join(folder, 'mixed.parquet'), shuffled(all, 7));
    await runStitch({ records: mixed, outFolder: join(folder, 'mixed') }, {}, { threads: 1 });
    expect(await idsOf(join(folder, 'mixed'))).toEqual(await idsOf(first));
  });

  test('cost one look when nothing changed, and nothing is reported as changed', async () => {
    const mixed = await writeRecords(join(folder, 'mixed.parquet'), shuffled(all, 8));
    const report = await runStitch({
      records: mixed,
      previous: first,
      outFolder: join(folder, 'again'),
      runId: 'run-2',
    });
    expect(Object.keys(report.seconds)).toEqual([]);
    expect(report.changes).toMatchObject({ added: 0, deleted: 0, merged: 0, split: 0, moved_records: 0 });
    expect(await idsOf(join(folder, 'again'))).toEqual(await idsOf(first));
    expect(await readTable(join(folder, 'again'), 'unified_changes_clusters')).toEqual([]);
  });

  test('keep their ids when everything is rebuilt with another setting that changes no cluster', async () => {
    const out = join(folder, 'rebuilt');
    const report = await runStitch(
      { records: input, previous: first, outFolder: out, runId: 'run-2' },
      { history_days: 30 },
    );
    expect(report.changes).toMatchObject({
      added: 0,
      deleted: 0,
      merged: 0,
      split: 0,
      moved_records: 0,
      unchanged: report.people,
    });
    expect(await idsOf(out)).toEqual(await idsOf(first));
  });
});

test('a run never writes over the run that it follows', async () => {
  await expect(runStitch({ records: input, previous: first, outFolder: first })).rejects.toThrow(/folder of its own/);
});

describe('the ledger', () => {
  const person = {
    datasource: 'web',
    given_name: 'Ann',
    surname: 'Archer',
    birthdate: '1980-02-03',
    email: 'ann.archer@example.org',
  };
  const rest = customers(200, 9).records.map((record) => ({ ...record, datasource: 'store' }));

  async function day(name: string, mine: { pk: string; fk_card?: string }[], previous?: string): Promise<string> {
    const records = mine.map((each) => ({ ...person, ...each }));
    const out = join(folder, name);
    const path = await writeRecords(join(folder, `${name}.parquet`), [...rest, ...records]);
    await runStitch({ records: path, outFolder: out, runId: name, ...(previous ? { previous } : {}) });
    return out;
  }

  test('says of an id that all its records went, and never gives it again', async () => {
    const one = await day('ledger-1', [{ pk: 'a' }]);
    const gone = (await idsOf(one))['web/a'];
    const two = await day('ledger-2', [], one);
    const three = await day('ledger-3', [{ pk: 'a' }], two);
    const ledger = await readTable<{ amp_id: string; state: string }>(three, 'id_ledger', 'amp_id, state');
    expect(ledger.find((row) => row.amp_id === gone)?.state).toBe('retired');
    expect((await idsOf(three))['web/a']).not.toBe(gone);
    expect((await readTable(two, 'unified_changes_pks')).at(-1)).toBeDefined();
  });
});
