import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { LoadLedger } from '../../../adapters/sql/lake/loads.ts';
import type { LandedFile } from '../../../core/contracts/steps.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import { loadConfiguration } from '../../../core/environments/load-configuration.ts';
import { addDays } from '../../../core/feeds/calendar.ts';
import type { Services } from '../../../core/ports.ts';
import { storedTable } from '../../../core/workflows/domain-tables.ts';
import { loadId, noteLanded } from '../../../core/workflows/landing.ts';
import { plannedFile } from '../../../core/workflows/planned-loads.ts';
import { noteRefused } from '../../../core/workflows/refused-files.ts';
import { planLoads } from '../../../core/workflows/steps/plan-loads.ts';
import { BrokenOff, countedObjects } from '../../support/counted-objects.ts';

const courier = 'courier/till';
const feed = (name: string) => ({
  ...{ id: `feed/till-${name}`, source: 'till', name, primary_key: ['id'] },
  fields: [{ field: 'id', required: true }],
});
const documents = [
  { id: 'tenant/test', name: 'test' },
  {
    ...{ id: courier, type: 'folder', settings: { path: 'till' } },
    files: [{ name: 'receipts', pattern: '{yyyy}-{MM}-{dd}/*.csv', format: { type: 'csv' } }],
    loads: ['sales', 'visits'].map((name) => ({ feed: `feed/till-${name}`, file: 'receipts' })),
  },
  feed('sales'),
  feed('visits'),
].map((document) => parseDocument(document));

/** The last day of a stream of so many, each with so many files. */
const today = '2026-11-20';
const dayBefore = (days: number) => addDays(today, -days);
const receipts = (day: string, n = 0, landedOn = day): LandedFile => {
  const sha256 = `${day.replaceAll('-', '')}${String(n).padStart(56, '0')}`;
  const [key, name] = [`landing/till/${day}/${sha256}-${n}.csv`, `${day}/${n}.csv`];
  return {
    ...{ key, name, sha256, bytes: 10, date: day, file: 'receipts' },
    times: 1,
    landing: 'run-20261101-000000-0000',
    landed_at: `${landedOn}T12:00:00.000Z`,
  };
};

/** An environment whose tables keep what they were loaded with as those in AWS do. */
async function newEnvironment() {
  const { objects, requests, limit } = countedObjects(new FilesystemObjects(await mkdtemp(join(tmpdir(), 'plan-'))));
  const commit = { author: 'test', at: new Date(), message: 'test' };
  const { id: configuration_version } = await new ConfigurationStore(objects).commit(undefined, documents, commit);
  const configuration = await loadConfiguration(objects, configuration_version);
  const tableOf = (name: string) => storedTable(configuration, configuration.get('feed', `feed/till-${name}`));
  const ledgerOf = (table: string) => new LoadLedger(objects, table);
  const warehouse = {
    loads: (table: string) => ledgerOf(table).loads(),
    loaded: (table: string, ids: readonly string[]) => ledgerOf(table).loaded(ids),
  };
  const plan = async (now = today, range: { from: string | null; to: string | null } = { from: null, to: null }) => {
    const goesOn = { wait: 0, stop_when_missing: false, skip_missing: false };
    const run = { run_id: 'run-20261101-000000-0000', as_of: `${now}T23:00:00.000Z`, configuration_version };
    const input = { ...run, run_type: 'full', refresh: 'normal', couriers: [{ courier, ...range, ...goesOn }] };
    const services = { objects, warehouse, clock: () => new Date(`${now}T23:00:00.000Z`) } as unknown as Services;
    const { feeds } = await planLoads(input as Parameters<typeof planLoads>[0], services);
    const planned: Record<string, string[]> = {};
    for (const { feed, list, batches } of feeds)
      planned[feed.replace('feed/till-', '')] = await Promise.all(
        batches.flat().map(async ([file]) => (await plannedFile(objects, { list, file })).name),
      );
    return planned;
  };
  const load = async (name: string, ...files: LandedFile[]) => {
    const ledger = ledgerOf(tableOf(name));
    for (const file of files) {
      await ledger.begin(loadId(file));
      await ledger.find(loadId(file), { inserted: 1, updated: 0, unchanged: 0, whole: false });
      await ledger.finish(loadId(file));
    }
  };
  const land = async (...files: LandedFile[]) => {
    for (const file of files) await noteLanded(objects, courier, file);
  };
  const drop = (name: string) => ledgerOf(tableOf(name)).forget();
  const refuse = async (name: string, ...files: LandedFile[]) => {
    const refusal = { name: 'UnreadableFile', message: 'it can’t be read', planned: [] };
    for (const file of files) await noteRefused(objects, tableOf(name), file, refusal);
  };
  return { plan, land, load, refuse, drop, requests, limit, objects };
}

/** One whose tables hold a file of each of so many days up to yesterday, as the last plan has seen. */
async function environmentOf(days: number) {
  const environment = await newEnvironment();
  const files = Array.from({ length: days }, (_, n) => receipts(dayBefore(days - n)));
  await environment.land(...files);
  await Promise.all(['sales', 'visits'].map((name) => environment.load(name, ...files)));
  expect(await environment.plan(dayBefore(1))).toEqual({});
  return { ...environment, files };
}

describe('a plan of what to load', () => {
  it('asks for the newest days alone, whether the environment is a week old or a hundred days', async () => {
    const asked: string[][] = [];
    for (const days of [7, 100]) {
      const { plan, land, requests } = await environmentOf(days);
      await land(receipts(today));
      await plan();
      requests.length = 0;
      expect(await plan()).toEqual({ sales: [`${today}/0.csv`], visits: [`${today}/0.csv`] });
      const listed = requests.filter((request) => request.startsWith('list landings/'));
      expect(new Set(listed)).toEqual(
        new Set([dayBefore(1), today].map((day) => `list landings/till/days/receipts/${day}/`)),
      );
      asked.push(requests);
    }
    expect(asked[1]).toHaveLength(asked[0]?.length ?? 0);
  });

  it('has a file of an old day that failed, until it is loaded', async () => {
    const { plan, land, load } = await newEnvironment();
    const [good, bad, later] = [receipts(dayBefore(9), 0), receipts(dayBefore(9), 1), receipts(dayBefore(1))];
    await land(good, bad, later);
    await load('visits', good, bad, later);
    await load('sales', good, later);
    for (let run = 0; run < 3; run++) expect(await plan()).toEqual({ sales: [bad.name] });
    await load('sales', bad);
    for (let run = 0; run < 2; run++) expect(await plan()).toEqual({});
  });

  it('leaves out a content that was refused and replaced, never one that waits or that nothing replaces', async () => {
    const { plan, land, refuse } = await newEnvironment();
    const [first, second] = [0, 1].map((n) => ({ ...receipts(today, n), name: `${today}/all.csv` })) as [
      LandedFile,
      LandedFile,
    ];
    const newer = { ...second, landed_at: `${today}T13:00:00.000Z` };
    const delta = { ...receipts(today, 2), name: `${today}/delta.csv`, incremental: true };
    const laterDelta = { ...receipts(today, 3), name: delta.name, incremental: true, landed_at: newer.landed_at };
    await land(first, newer, delta, laterDelta);
    const [all, deltas] = [`${today}/all.csv`, delta.name];
    expect((await plan()).sales).toEqual([all, deltas, all, deltas]);
    await refuse('sales', first, delta);
    for (let run = 0; run < 2; run++) {
      const planned = await plan();
      expect(planned.sales).toEqual([deltas, all, deltas]);
      expect(planned.visits).toHaveLength(4);
    }
  });

  it('has all that a feed has not loaded of a day, however much that is', async () => {
    const { plan, land, load } = await newEnvironment();
    const files = Array.from({ length: 110 }, (_, n) => receipts(dayBefore(5), n));
    await land(...files);
    await load('sales', ...files.slice(0, 2));
    for (let run = 0; run < 2; run++) expect((await plan()).sales).toHaveLength(108);
    await load('sales', ...files.slice(2, 109));
    for (let run = 0; run < 2; run++) expect((await plan()).sales).toEqual([files[109]?.name]);
  });

  it('has every file again for a table that was dropped, also when an older plan has loaded some since', async () => {
    const { plan, load, drop, files } = await environmentOf(5);
    const names = files.map(({ name }) => name);
    await drop('sales');
    expect(await plan()).toEqual({ sales: names });
    await load('sales', ...files);
    expect(await plan()).toEqual({});
    await drop('sales');
    await load('sales', ...files.slice(3));
    expect(await plan()).toEqual({ sales: names.slice(0, 3) });
  });

  it('has the files of the range that is asked for, and the rest once a longer one is', async () => {
    const { plan, land, load } = await newEnvironment();
    const files = [9, 8, 7].map((days) => receipts(dayBefore(days)));
    const names = files.map(({ name }) => name);
    await land(...files);
    await load('visits', ...files);
    const range = { from: dayBefore(8), to: dayBefore(7) };
    expect(await plan(today, range)).toEqual({ sales: [names[1]] });
    await load('sales', ...files.slice(1, 2));
    expect(await plan(today, range)).toEqual({});
    expect(await plan()).toEqual({ sales: [names[0], names[2]] });
  });

  it('has a file of long ago that is landed today, in the order of the dates', async () => {
    const { plan, land } = await environmentOf(5);
    await land(receipts(today), receipts('2020-02-29', 0, today));
    expect((await plan()).sales).toEqual(['2020-02-29/0.csv', `${today}/0.csv`]);
  });

  it('has a file once whose landing was broken off and done again on another day', async () => {
    const { plan, land, limit } = await environmentOf(5);
    limit.writesLeft = 1;
    await expect(land(receipts(dayBefore(3), 1))).rejects.toBeInstanceOf(BrokenOff);
    limit.writesLeft = Number.POSITIVE_INFINITY;
    expect(await plan()).toEqual({});
    await land(receipts(dayBefore(3), 1, today));
    expect((await plan()).sales).toEqual([`${dayBefore(3)}/1.csv`]);
  });
});
