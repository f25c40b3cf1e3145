import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import type { Run } from '../../../core/contracts/runs.ts';
import { CourierPlan } from '../../../core/contracts/steps.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import { DiskFull, FileChanged, OutOfTime } from '../../../core/errors.ts';
import type { DateRange } from '../../../core/feeds/fileset.ts';
import type { CourierSource } from '../../../core/feeds/port.ts';
import type { ObjectStore, Services } from '../../../core/ports.ts';
import { toldBy } from '../../../core/workflows/run-warnings.ts';
import { readSeen } from '../../../core/workflows/seen-files.ts';
import { pullFiles } from '../../../core/workflows/steps/pull-files.ts';
import { unloadedFiles } from '../../../core/workflows/unloaded.ts';

const courier = 'courier/till';
const files = ['receipts-*.csv', 'daily/{yyyy}-{MM}-{dd}.csv'].map((pattern) => {
  const [name] = pattern.split(/[-/]/);
  return { name, pattern, format: { type: 'csv' }, optional: true };
});
const documents = [
  { id: 'tenant/test', name: 'test' },
  { id: courier, type: 'folder', settings: {}, files },
].map((document) => parseDocument(document));

/** A courier of such a source; `newSource` is asked at each pull. With `room`, it is a function's. */
async function placeOf(
  newSource: () => CourierSource,
  room?: number,
  { signal } = new AbortController(),
  clock = () => new Date(),
) {
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'pull-')));
  const commit = { author: 'test', at: new Date(), message: 'test' };
  const { id } = await new ConfigurationStore(objects).commit(undefined, documents, commit);
  const place = { objects, courier: newSource, clock };
  const services = { ...place, progress: () => undefined, signal, room } as unknown as Services;
  const pull = (
    period: DateRange = { from: null, to: null },
    { run_id = 'run-20261101-000000-0000', wait = goesOn.wait } = {},
  ) => {
    const plan = CourierPlan.parse({ courier, ...period, looks_at: period, ...goesOn, wait });
    const run = { run_id, as_of: '2026-11-01T00:00:00.000Z', configuration_version: id };
    return pullFiles({ ...run, plan }, services);
  };
  return { objects, pull };
}
const goesOn = { wait: 0, stop_when_missing: false, skip_missing: false };

const fetched = (content: string, mark?: string) => ({
  bytes: content.length,
  sha256: createHash('sha256').update(content).digest('hex'),
  ...(mark !== undefined && { mark }),
  land: async (to: ObjectStore, key: string) => void (await to.put(key, content)),
});

/** A place whose function has time for so many bytes in a call. */
async function placeWithTimeFor(bytesInACall: number, files: Readonly<Record<string, string>>, tellsBytes = true) {
  const read: string[] = [];
  const list = Object.entries(files).map(([name, { length: bytes }]) => ({
    name,
    ...(tellsBytes && { bytes }),
    modified: '2026-11-01T00:00:00.000Z',
  }));
  const place = await placeOf(() => {
    let left = bytesInACall;
    return {
      list: async () => list,
      fetch: async ({ name }) => {
        const { length: bytes = 0 } = files[name] ?? '';
        left -= bytes;
        if (left < 0) throw new OutOfTime(`${name} has ${bytes} bytes`);
        read.push(name);
        return fetched(files[name] ?? '');
      },
    };
  });
  return { ...place, read };
}

/** Receipts that are landed. */
async function landedIn(objects: ObjectStore) {
  const warehouse = { loads: async () => ({ generation: '', last: 0, whole: 0 }), loaded: async () => [] } as never;
  const loading = { courier, file: 'receipts', feed: 'feed/receipts', table: 'none' };
  return (await unloadedFiles({ objects, warehouse }, loading, new Date())).files;
}

it('a step that has no time for all files goes on after those that it landed', async () => {
  const files = { 'receipts-1.csv': 'id\n1\n', 'receipts-2.csv': 'id\n2\n', 'receipts-3.csv': 'id\n3\n' };
  const { objects, read, pull } = await placeWithTimeFor(10, files);
  await expect(pull()).rejects.toMatchObject({ name: 'OutOfTime' });
  expect(await pull()).toMatchObject({ files_seen: 3, files_landed: 1 });
  expect(read).toEqual(Object.keys(files));
  expect((await landedIn(objects)).map(({ name }) => name).sort()).toEqual(Object.keys(files));
});

it('what a run began to land is one delivery with what another goes on to land', async () => {
  const files = { 'receipts-1.csv': 'id\n1\n', 'receipts-2.csv': 'id\n2\n', 'receipts-3.csv': 'id\n3\n' };
  const { objects, pull } = await placeWithTimeFor(10, files);
  await expect(pull()).rejects.toMatchObject({ name: 'OutOfTime' });
  await pull(undefined, { run_id: 'run-20261102-000000-0000' });
  const landings = (await landedIn(objects)).map(({ landing }) => landing);
  expect(landings).toEqual(Array.from(landings, () => 'run-20261101-000000-0000'));
});

it('what a run began to land is done with once a run finds no more of it', async () => {
  let there = ['receipts-1.csv', 'receipts-2.csv'];
  const { objects, pull } = await placeOf(() => ({
    list: async () => there.map((name) => ({ name, bytes: 5, modified: '2026-11-01T00:00:00.000Z' })),
    fetch: async ({ name }) => {
      if (name === 'receipts-2.csv') throw new Error('it is gone');
      return fetched(name);
    },
  }));
  await expect(pull()).rejects.toThrow('it is gone');
  there = there.slice(0, 1);
  await pull();
  there = ['receipts-3.csv'];
  await pull(undefined, { run_id: 'run-20261102-000000-0000' });
  const landed = (await landedIn(objects)).map(({ name, landing }) => [name, landing]);
  expect(Object.fromEntries(landed)).toEqual({
    'receipts-1.csv': 'run-20261101-000000-0000',
    'receipts-3.csv': 'run-20261102-000000-0000',
  });
});

it('a file that a whole step has no time for is not tried again', async () => {
  const { pull } = await placeWithTimeFor(10, { 'receipts-1.csv': 'id\n1\n', 'receipts-2.csv': 'id\n22222222\n' });
  await expect(pull()).rejects.toMatchObject({ name: 'OutOfTime' });
  await expect(pull()).rejects.toMatchObject({ name: 'TooLarge', message: 'receipts-2.csv has 12 bytes' });
});

it('what only reading tells about is not tried again either, though something before it was read', async () => {
  const { pull } = await placeWithTimeFor(10, { 'receipts-1.csv': 'id\n1\n', 'receipts-2.csv': 'id\n2222\n' }, false);
  await expect(pull()).rejects.toMatchObject({ name: 'TooLarge', message: 'receipts-2.csv has 8 bytes' });
});

it('a list that takes the time of a whole step is not asked for again', async () => {
  const time = new AbortController();
  const list = async () => {
    time.abort(new OutOfTime('the time of the function was up'));
    throw new Error('the connection was closed');
  };
  const { pull } = await placeOf(() => ({ list, fetch: async () => undefined }), 1769, time);
  await expect(pull()).rejects.toMatchObject({ name: 'TooLarge', message: expect.stringContaining('were not listed') });
});

it('a file that a function has no room for is for a home with more', async () => {
  const full = new DiskFull('no space left on the disk');
  const source = (): CourierSource => ({
    list: async () => [{ name: 'receipts-1.csv', bytes: 5, modified: '2026-11-01T00:00:00.000Z' }],
    fetch: () => Promise.reject(full),
  });
  await expect((await placeOf(source, 1769)).pull()).rejects.toMatchObject({ name: 'TooLarge', message: full.message });
  await expect((await placeOf(source)).pull()).rejects.toBe(full);
});

it('a backfill of a source that goes on from a mark asks for its days, and leaves the mark where it was', async () => {
  const asked: unknown[] = [];
  const { pull } = await placeOf(() => ({
    list: async () => [{ name: 'receipts-all.csv', modified: new Date().toISOString() }],
    fetch: async (_file, _path, { since, period }) => {
      asked.push([since, period?.from ?? null]);
      return fetched(`id\n${asked.length}\n`, period?.from ? undefined : `mark ${asked.length}`);
    },
  }));
  await pull();
  expect(await pull({ from: '2025-01-01', to: '2026-01-01' })).toMatchObject({ files_landed: 1 });
  await pull();
  expect(asked).toEqual([
    [undefined, null],
    ['mark 1', '2025-01-01'],
    ['mark 1', null],
  ]);
});

it('a mark is that of what was read: when the courier reads something else under the name, it begins at the start', async () => {
  const asked: unknown[] = [];
  let of = 'orders by at';
  const { pull } = await placeOf(() => ({
    list: async () => [{ name: 'receipts-all.csv', modified: new Date().toISOString(), of }],
    fetch: async (_file, _path, { since }) => {
      asked.push(since);
      return fetched(`id\n${asked.length}\n`, `mark ${asked.length}`);
    },
  }));
  await pull();
  await pull();
  of = 'orders by id';
  await pull();
  await pull();
  expect(asked).toEqual([undefined, 'mark 1', undefined, 'mark 3']);
});

it('what was seen at a source that keeps its files for a while is forgotten with them', async () => {
  const days = Array.from({ length: 9 }, (_, n) => `2026-11-0${n + 1}`);
  const name = (day: string) => `daily/${day}.csv`;
  let there: string[] = [];
  const read: string[] = [];
  const { objects, pull } = await placeOf(() => ({
    list: async () =>
      there.map((day) => ({ name: name(day), bytes: name(day).length, modified: `${day}T00:00:00.000Z` })),
    fetch: async (file) => {
      read.push(file.name);
      return fetched(file.name);
    },
  }));
  const seen = async () => Object.keys((await readSeen(objects, courier)).files.daily ?? {});
  for (let n = 3; n <= days.length; n++) {
    there = days.slice(n - 3, n);
    await pull();
  }
  expect(read).toEqual(days.map(name));
  expect(await seen()).toEqual(there.map(name));
  there = days;
  expect(await pull()).toMatchObject({ files_seen: 9, files_landed: 0 });
  there = [];
  await pull();
  expect(await seen()).toHaveLength(9);
});

/** A place at so many seconds after the run's start, with files of which some change while they are read. */
const placeThatChanges = (seconds: number, files: Readonly<Record<string, boolean>>) => {
  const modified = '2026-11-01T00:00:00.000Z';
  const source: CourierSource = {
    list: async () => Object.keys(files).map((name) => ({ name, bytes: name.length, modified })),
    fetch: async ({ name }) => {
      if (files[name]) throw new FileChanged(`${name} changed`);
      return fetched(name);
    },
  };
  return placeOf(
    () => source,
    undefined,
    undefined,
    () => new Date(Date.parse(modified) + seconds * 1000),
  );
};

it('a run warns of what may not be all, and of files whose names have a day that there is not', async () => {
  const names = ['receipts-1.csv', 'daily/2026-02-28.csv', 'daily/2026-02-30.csv'];
  const { pull } = await placeOf(() => ({
    list: async () => names.map((name) => ({ name, bytes: name.length, modified: '2026-11-01T00:00:00.000Z' })),
    fetch: async ({ name }) => ({ ...fetched(name), ...(name === names[0] && { doubt: 'it has no next page' }) }),
  }));
  const pulled = await pull();
  expect(pulled).toMatchObject({ files_landed: 2 });
  const { warnings } = toldBy({ warnings: [] } as unknown as Run, 'PullCourier', pulled, '2026-11-01T00:00:00.000Z');
  expect(warnings).toMatchObject([
    { type: 'DoubtfulFiles', message: `${courier}: it has no next page` },
    { type: 'DoubtfulFiles', message: expect.stringMatching(/a day that there is not: daily\/2026-02-30\.csv$/) },
  ]);
});

it('a file that changes while it is read is waited for, and then left to the next run, with a warning', async () => {
  const [still, grows] = ['receipts-2.csv', 'receipts-1.csv'];
  const files = { [grows]: true, [still]: false };
  const early = await placeThatChanges(59, files);
  const awaited = { courier, missing: [grows], until: '2026-11-01T00:01:00.000Z' };
  await expect(early.pull()).rejects.toMatchObject({ name: 'FilesAwaited', data: awaited });
  const { files: seen } = await readSeen(early.objects, courier);
  expect(Object.values(seen).flatMap((names) => Object.keys(names))).toEqual([still]);

  const late = await placeThatChanges(61, files);
  await expect(late.pull(undefined, { wait: 3600 })).rejects.toMatchObject({ name: 'FilesAwaited' });
  const pulled = await late.pull();
  expect(pulled).toMatchObject({ files_seen: 2, changing: [grows] });
  const { warnings } = toldBy({ warnings: [] } as unknown as Run, 'PullCourier', pulled, awaited.until);
  expect(warnings).toMatchObject([{ type: 'ChangingFiles', message: expect.stringContaining(grows) }]);

  const alone = await placeThatChanges(61, { [grows]: true });
  await expect(alone.pull()).rejects.toMatchObject({ name: 'FileChanged' });
});
