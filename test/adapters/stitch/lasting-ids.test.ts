import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { stateFiles } from '../../../core/stitch/model/state.ts';
import { customers, shuffled } from '../../support/customers.ts';
import { idsOf, readTable, runStitch, temporaryFolder, writeRecords } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();

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

describe('another model', () => {
  test('trained from nothing on the same records leaves every id as it was', async () => {
    const [kept, out] = [join(folder, 'kept'), join(folder, 'retrained')];
    await cp(first, kept, { recursive: true });
    for (const file of Object.values(stateFiles)) await rm(join(kept, file));
    const report = await runStitch({ records: input, previous: kept, outFolder: out, runId: 'run-2' });
    expect(report).toMatchObject({ jitter: 0, changes: { added: 0, merged: 0, split: 0, moved_records: 0 } });
    expect(await idsOf(out)).toEqual(await idsOf(first));
    expect(await readTable(out, 'id_events')).toEqual(await readTable(first, 'id_events'));
  });

  test('is told of as the cause where it moves people, with a warning when those are many', async () => {
    const out = join(folder, 'moved');
    const report = await runStitch(
      { records: input, previous: first, outFolder: out, runId: 'run-2' },
      { threshold: 4.5, key_priority: 'sk' },
    );
    expect(report.jitter).toBeGreaterThan(2);
    expect(report.warnings.join()).toMatch(/% of the records have another id although they say what they said/);
    const events = await readTable<{ job_id: string; cause: string }>(out, 'id_events', 'job_id, cause');
    const causes = events.filter(({ job_id }) => job_id === 'run-2').map(({ cause }) => cause);
    expect(new Set(causes)).toEqual(new Set(['new model']));
  });
});

describe('1 % of new records', () => {
  test('changes no id but those of the people whom they join', async () => {
    const out = join(folder, 'one-percent');
    const added = customers(15, 99).records.map((record) => ({ ...record, pk: `new-${record.pk}` }));
    const path = await writeRecords(join(folder, 'one-percent.parquet'), [...all, ...added]);
    const report = await runStitch({ records: path, previous: first, outFolder: out, runId: 'run-2' });
    expect(report.jitter).toBeLessThan(0.1);
    const events = await readTable<{ job_id: string; event: string; cause: string }>(out, 'id_events');
    const now = events.filter(({ job_id }) => job_id === 'run-2');
    expect(now.length).toBeGreaterThan(0);
    expect(new Set(now.map(({ cause }) => cause))).toEqual(new Set(['new records']));
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

  async function day(
    name: string,
    mine: ({ pk: string } & Record<string, string | undefined>)[],
    previous?: string,
  ): Promise<string> {
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
    const events = await readTable<{ amp_id: string }>(
      three,
      'id_events',
      'amp_id, event, cause, source1, pk1, job_id',
    );
    expect(events.filter(({ amp_id }) => amp_id === gone)).toEqual([
      { amp_id: gone, event: 'created', cause: 'new records', source1: 'web', pk1: 'a', job_id: 'ledger-1' },
      { amp_id: gone, event: 'retired', cause: 'deleted records', source1: 'web', pk1: 'a', job_id: 'ledger-2' },
    ]);
  });

  test('says of a merged id which records bind it to the other, and how strongly', async () => {
    const bob = { pk: 'b', given_name: 'Bob', surname: 'Barker', birthdate: '1955-05-05', email: 'bob@example.com' };
    const one = await day('merge-1', [{ pk: 'a' }, bob]);
    const before = await idsOf(one);
    expect(before['web/a']).not.toBe(before['web/b']);
    const two = await day('merge-2', [{ pk: 'a' }, { pk: 'b', given_name: 'Anne' }], one);
    const events = await readTable<{ event: string; score: number }>(two, 'id_events');
    const [merged] = events.filter(({ event }) => event === 'merged');
    expect(merged).toMatchObject({ cause: 'changed records', source1: 'web', source2: 'web', job_id: 'merge-2' });
    expect(merged?.score).toBeGreaterThan(4);
  });
});
