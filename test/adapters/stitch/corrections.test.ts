import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { StitchTable } from '../../../core/contracts/stitch.ts';
import { customers, random } from '../../support/customers.ts';
import {
  idsOf,
  readTable,
  runStitch,
  runStitchChanges,
  type StitchRecord,
  temporaryFolder,
  writeRecords,
} from '../../support/stitch-runs.ts';

const folder = temporaryFolder();

const { records } = customers(400, 5);
const start = join(folder, 'start');
let runs = 0;
const keyOf = ({ datasource, pk }: StitchRecord) => `${datasource}/${pk}`;

/** Pairs of records that people say something of, as labels: one partition each. */
type Said = { says: 'together' | 'apart'; one: StitchRecord; other: StitchRecord };
const labelsOf = (said: readonly Said[]) =>
  said.flatMap(({ says, one, other }) => {
    const label = `${says}-${one.datasource}-${one.pk}-${other.datasource}-${other.pk}`;
    return [one, other].map(({ datasource, pk }, i) => ({
      label,
      partition: says === 'together' ? '1' : String(i),
      datasource,
      pk,
    }));
  });

beforeAll(async () => {
  await runStitch({ records: await writeRecords(join(folder, 'all.parquet'), records), outFolder: start });
});

/** A run over the records alone that something else is said of; every column is there, as in the tables. */
async function corrected(previous: string, said: readonly Said[], touched: readonly StitchRecord[]): Promise<string> {
  const [name, all] = [`run-${++runs}`, Object.keys(Object.assign({}, ...records))];
  const given = [...new Set(touched)].map((record) => ({
    ...Object.fromEntries(all.map((key) => [key, undefined])),
    ...record,
  }));
  const path = await writeRecords(join(folder, `${name}.parquet`), given);
  const outFolder = join(folder, name);
  const asOf = new Date(Date.UTC(2026, 1, runs)).toISOString();
  const report = await runStitchChanges(
    { records: path, previous, outFolder, runId: name, asOf },
    { labels: labelsOf(said) },
  );
  expect(report).toBeDefined();
  return outFolder;
}

/** What is published of everybody, without what tells the history. */
async function published(run: string) {
  const tables: StitchTable[] = ['assignments', 'unified_preprocessed_raw', 'unified_scores', 'stitch_scores'];
  return Promise.all(tables.map((table) => readTable(run, table)));
}

/** Records of two people. */
function strangers(ids: Record<string, string>, seed: number): [StitchRecord, StitchRecord] {
  const next = random(seed);
  const any = () => records[Math.floor(next() * records.length)] as StitchRecord;
  const idOf = (record: StitchRecord) => ids[keyOf(record)];
  const one = any();
  for (;;) {
    const other = any();
    if (idOf(one) !== idOf(other)) return [one, other];
  }
}

/** Two records of one person. */
function oneOfSeveral(ids: Record<string, string>, seed: number): [StitchRecord, StitchRecord] {
  const several = new Map<string, StitchRecord[]>();
  for (const record of records)
    several.set(ids[keyOf(record)] ?? '', [...(several.get(ids[keyOf(record)] ?? '') ?? []), record]);
  const found = [...several.values()].filter((each) => each.length > 1)[seed];
  return [found?.[0], found?.at(-1)] as [StitchRecord, StitchRecord];
}

describe.each([1, 2, 3, 4])('people that are corrected (seed %i)', (seed) => {
  test('are published as before when two that were merged are parted again, ids included', async () => {
    const [one, other] = strangers(await idsOf(start), seed);
    const merged = await corrected(start, [{ says: 'together', one, other }], [one, other]);
    const now = await idsOf(merged);
    expect(now[keyOf(one)]).toBe(now[keyOf(other)]);
    const parted = await corrected(merged, [], [one, other]);
    expect(await published(parted)).toEqual(await published(start));
  });

  test('are published as before when one that was parted is joined again', async () => {
    const ids = await idsOf(start);
    const [one, other] = oneOfSeveral(ids, seed);
    const parted = await corrected(start, [{ says: 'apart', one, other }], [one, other]);
    const now = await idsOf(parted);
    expect(now[keyOf(one)]).not.toBe(now[keyOf(other)]);
    expect(await published(await corrected(parted, [], [one, other]))).toEqual(await published(start));
  });

  test('are published as before when a chain of merges is undone, in whatever order', async () => {
    const ids = await idsOf(start);
    const [one, other] = strangers(ids, 10 * seed);
    const third = records.find((each) => ![ids[keyOf(one)], ids[keyOf(other)]].includes(ids[keyOf(each)] ?? ''));
    const chain: Said[] = [
      { says: 'together', one, other },
      { says: 'together', one: other, other: third as StitchRecord },
    ];
    const touched = [one, other, third as StitchRecord];
    const merged = await corrected(await corrected(start, chain.slice(0, 1), touched), chain, touched);
    const now = await idsOf(merged);
    expect(new Set(touched.map((each) => now[keyOf(each)])).size).toBe(1);
    for (const left of chain) {
      const parted = await corrected(await corrected(merged, [left], touched), [], touched);
      expect(await published(parted)).toEqual(await published(start));
    }
  });
});

test('an id goes back to its people although more records came to them while they were merged', async () => {
  const ids = await idsOf(start);
  const [one, other] = strangers(ids, 77);
  const merged = await corrected(start, [{ says: 'together', one, other }], [one, other]);
  const more = [other, one].flatMap((each, side) =>
    Array.from({ length: side === 0 ? 4 : 1 }, (_, n) => ({ ...each, pk: `more-${side}-${n}` })),
  );
  const grown = await corrected(merged, [{ says: 'together', one, other }], more);
  const parted = await idsOf(await corrected(grown, [], [one, other]));
  expect([parted[keyOf(one)], parted[keyOf(other)]]).toEqual([ids[keyOf(one)], ids[keyOf(other)]]);
});

describe('what settings say of a few records', () => {
  const names = [...new Set(records.flatMap(({ given_name }) => given_name?.toUpperCase() ?? []))].sort();
  const [canonical = '', nickname = ''] = names.filter((name) => /^[A-Z]{4,}$/.test(name));
  const [spoilt] = records.filter(({ email }) => email !== undefined);
  const called = (name: string) => (record: StitchRecord) => record.given_name?.toUpperCase() === name;

  /** A run over all records under other settings, by the model of an earlier one. */
  async function under(settings: Record<string, unknown>, previous: string): Promise<string> {
    const outFolder = join(folder, `run-${++runs}`);
    const asOf = new Date(Date.UTC(2026, 1, runs)).toISOString();
    const all = { records: join(folder, 'all.parquet'), previous, outFolder, runId: `run-${runs}`, asOf };
    const { model } = await runStitch(all, settings);
    expect(model?.why).toBeUndefined();
    return outFolder;
  }

  test.each([
    ['a nickname', { nicknames: [{ canonical, nickname, remove: false }] }, called(nickname)],
    [
      'a bad value',
      { bad_values: [{ semantic: 'email', value: spoilt?.email ?? '' }] },
      ({ email }: StitchRecord) => email?.toUpperCase() === spoilt?.email?.toUpperCase(),
    ],
  ])('moves nobody else: %s', async (_, settings, concerns) => {
    const said = await under(settings, start);
    const [before, now] = [await idsOf(start), await idsOf(said)];
    const concerned = records.filter(concerns).map(keyOf);
    expect(concerned.length).toBeGreaterThan(0);
    const theirs = new Set(concerned.flatMap((key) => [before[key], now[key]]));
    const moved = records.map(keyOf).filter((key) => before[key] !== now[key]);
    expect(moved.filter((key) => !theirs.has(before[key]) && !theirs.has(now[key]))).toEqual([]);
    expect(await published(await under({}, said))).toEqual(await published(start));
  });
});
