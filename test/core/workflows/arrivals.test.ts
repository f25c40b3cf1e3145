import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { inboxFolderOf } from '../../../adapters/couriers/inbox-folder.ts';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import type { Run } from '../../../core/contracts/runs.ts';
import type { Courier } from '../../../core/contracts/sources.ts';
import { Configuration } from '../../../core/environments/configuration.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import { holdRunLease } from '../../../core/environments/run-leases.ts';
import type { CourierSource } from '../../../core/feeds/port.ts';
import type { Workflows } from '../../../core/ports.ts';
import { groupsStartedBy, startOnArrival } from '../../../core/workflows/arrivals.ts';
import { saveRun } from '../../../core/workflows/runs.ts';
import { writeSeen } from '../../../core/workflows/seen-files.ts';
import { aRun } from '../../support/runs.ts';

const courier = (name: string, path: string, patterns: string[]) => ({
  id: `courier/${name}`,
  type: 'folder',
  settings: { path },
  files: patterns.map((pattern, n) => ({ name: `file_${n}`, pattern, format: { type: 'csv' } })),
});
const web = courier('web', 'web', ['{yyyy}-{MM}-{dd}/customers.csv', '{yyyy}-{MM}-{dd}/orders*.csv']);
const mail = courier('mail', './mail/', ['{yyyy}-{MM}-{dd}/events.csv', '{yyyy}-{MM}-{dd}/lists.csv']);
const everything = courier('everything', '.', ['*.csv']);
const away = courier('away', '/data', ['*.csv']);
const group = (name: string, couriers: object[], rest: object = {}) => ({
  id: `courier-group/${name}`,
  couriers,
  start_on_arrival: true,
  ...rest,
});

describe('courier groups that a file starts', () => {
  const configuration = new Configuration(
    'v1',
    [
      web,
      mail,
      everything,
      away,
      group('shop', [{ courier: web.id }, { courier: mail.id }]),
      group('all', [{ courier: everything.id }, { courier: away.id }]),
      group('nightly', [{ courier: web.id }], { start_on_arrival: false }),
    ].map((one) => parseDocument(one)),
  );

  it.each([
    ['inbox/web/2026-11-01/customers.csv', ['shop']],
    ['inbox/web/2026-11-01/orders-7.csv', ['shop']],
    ['inbox/mail/2026-11-01/events.csv', ['shop']],
    ['inbox/customers.csv', ['all']],
    ['inbox/web/2026-11-01/customers.csv.filepart', []],
    ['inbox/web/2026-13-01/customers.csv', []],
    ['inbox/web2/2026-11-01/customers.csv', []],
    ['inbox/web/2026-11-01/', []],
    ['landing/web/2026-11-01/customers.csv', []],
  ])('of %s are %j', (key, groups) => {
    expect(groupsStartedBy(configuration, key, inboxFolderOf)).toEqual(groups.map((name) => `courier-group/${name}`));
  });
});

describe('a look after files that arrived', () => {
  const now = new Date('2026-11-02T08:00:00Z');
  let objects: FilesystemObjects;
  let started: Run[];
  let there: Record<string, string[]>;
  beforeEach(async () => {
    objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'arrivals-')));
    started = [];
    there = {};
    await configure();
  });

  async function configure(rest: object = {}): Promise<void> {
    const couriers = [{ courier: web.id }, { courier: mail.id, stop_when_missing: false }];
    const documents = [web, mail, group('shop', couriers, rest)].map((one) => parseDocument(one));
    const store = new ConfigurationStore(objects);
    await store.commit(await store.head(), documents, { author: 'test', at: now, message: 'test' });
  }

  const file = (name: string) => ({ name, bytes: 5, modified: '2026-11-02T07:59:00.000Z', etag: '"1"' });
  const place = () => ({
    tenant: 'acme',
    environment: 'production',
    objects,
    clock: () => now,
    workflows: { start: async (run: Run) => void started.push(run) } as unknown as Workflows,
    courier: ({ id }: Courier): CourierSource => ({
      list: async () => (there[id] ?? []).map(file),
      fetch: () => Promise.reject(new Error('nothing is fetched')),
    }),
  });
  const look = () => startOnArrival(place(), 'courier-group/shop');
  const keep = async (run: Run) => {
    await holdRunLease(objects, run.id, now);
    await saveRun(objects, run);
  };
  const wholeDay = ['2026-11-01/customers.csv', '2026-11-01/orders.csv'];

  it('starts a run of everything when the set is whole', async () => {
    there = { 'courier/web': wholeDay };
    expect(await look()).toEqual({ run: started[0]?.id });
    expect(started[0]).toMatchObject({
      name: 'courier-group/shop',
      principal: 'arrival',
      request: { courier_group: 'courier-group/shop', refresh: 'normal', ingest_only: false },
    });
  });

  it('leaves a set of which a file is missing, which would only fail', async () => {
    there = { 'courier/web': wholeDay.slice(0, 1), 'courier/mail': ['2026-11-01/events.csv', '2026-11-01/lists.csv'] };
    expect(await look()).toEqual({ left: 'courier/web lacks 2026-11-01/orders*.csv' });
    expect(started).toEqual([]);
  });

  it('does not wait for a courier that the group goes on without, and does not start for its half either', async () => {
    there = { 'courier/web': wholeDay, 'courier/mail': ['2026-11-01/events.csv'] };
    expect(await look()).toHaveProperty('run');
    const files = wholeDay.map((name, n) => [`file_${n}`, { [name]: { ...file(name), sha256: 'a' } }]);
    await writeSeen(objects, 'courier/web', { files: Object.fromEntries(files) });
    expect(await look()).toEqual({ left: 'no complete set of files is new' });
  });

  it('leaves files to a run that waits for its turn, be it for days, unless that takes only some of them', async () => {
    there = { 'courier/web': wholeDay };
    const waiting = (request: object) =>
      aRun([], {
        id: 'run-20261102-070000-000',
        name: 'courier-group/shop',
        state: 'scheduled',
        created_at: '2026-10-29T07:00:00.000Z',
        request: { courier_group: 'courier-group/shop', ...request } as Run['request'],
      });
    await keep(waiting({}));
    expect(await look()).toEqual({ left: 'run-20261102-070000-000 waits for its turn, and takes all that there is' });
    await keep(waiting({ range_from: '2026-10-01' }));
    expect(await look()).toHaveProperty('run');
    await keep(waiting({ ingest_only: true }));
    expect(await look()).toHaveProperty('run');
  });

  it('leaves files that are older than its group looks back, which a run would not take', async () => {
    there = { 'courier/web': wholeDay, 'courier/mail': ['2026-10-01/events.csv', '2026-10-01/lists.csv'] };
    await configure({ lookback_days: 0 });
    expect(await look()).toEqual({ left: expect.stringContaining('courier/web lacks') });
    await configure({ lookback_days: 1 });
    expect(await look()).toHaveProperty('run');
  });

  it('does not count on a run that is under way, which may have looked already', async () => {
    there = { 'courier/web': wholeDay };
    await keep(aRun([], { name: 'courier-group/shop', created_at: '2026-11-02T07:59:00.000Z' }));
    expect(await look()).toHaveProperty('run');
  });

  it('starts nothing once the group does not start on arrival any more', async () => {
    expect(await startOnArrival(place(), 'courier-group/gone')).toHaveProperty('left');
  });
});
