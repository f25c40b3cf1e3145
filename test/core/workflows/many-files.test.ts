import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { interpreter, type StateMachineDefinition, tasksOf } from '../../../adapters/workflows/state-machine.ts';
import type { LandedFile } from '../../../core/contracts/steps.ts';
import { ConfigurationStore } from '../../../core/environments/configuration-store.ts';
import { parseDocument } from '../../../core/environments/documents.ts';
import type { Services } from '../../../core/ports.ts';
import { noteLanded } from '../../../core/workflows/landing.ts';
import { plannedFile } from '../../../core/workflows/planned-loads.ts';
import { planLoads } from '../../../core/workflows/steps/plan-loads.ts';
import { shopDocuments } from '../../support/tenant.ts';

/** What a state of Step Functions holds. */
const LIMIT = 262_144;
const context = { run_id: 'run-20261101-000000-0000', as_of: '2026-11-01T00:00:00.000Z' };

/** A tenant whose courier has landed so many files of each kind, and loaded none. */
async function backfill(files: Readonly<Record<string, number>>) {
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'many-files-')));
  const documents = shopDocuments.map((document) => parseDocument(document));
  const { id: configuration_version } = await new ConfigurationStore(objects).commit(undefined, documents, {
    author: 'test',
    at: new Date(),
    message: 'test',
  });
  const landed = (file: string, n: number): LandedFile => {
    const date = new Date(Date.UTC(2020, 0, 1 + n)).toISOString().slice(0, 10);
    const sha256 = `${file === 'lines' ? 'a' : 'b'}${n.toString(16).padStart(63, '0')}`;
    const name = `${date}/${file}-of-all-shops-with-a-long-name.csv`;
    const key = `landing/web/${date}/${sha256}-${file}.csv`;
    return {
      key,
      name,
      sha256,
      bytes: 10_000_000 + n,
      date,
      file,
      times: 1,
      landing: context.run_id,
      landed_at: context.as_of,
    };
  };
  for (const [file, count] of Object.entries(files))
    await Promise.all(Array.from({ length: count }, (_, n) => noteLanded(objects, 'courier/web', landed(file, n))));
  const courier = {
    courier: 'courier/web',
    from: null,
    to: null,
    wait: 0,
    stop_when_missing: false,
    skip_missing: false,
  };
  const input = {
    ...context,
    configuration_version,
    run_type: 'full',
    refresh: 'normal',
    couriers: [courier],
  };
  const warehouse = { loads: async () => ({ generation: '', last: 0, whole: 0 }), loaded: async () => [] };
  const services = { objects, warehouse, clock: () => new Date(context.as_of) } as unknown as Services;
  return { objects, plan: () => planLoads(input as Parameters<typeof planLoads>[0], services) };
}

/** Bytes of the largest state of a machine whose tasks answer so. */
async function measure(file: string, input: unknown, answers: Readonly<Record<string, unknown>>) {
  const path = new URL(`../../../statemachines/${file}.asl.json`, import.meta.url);
  const definition = JSON.parse(await readFile(path, 'utf8')) as StateMachineDefinition;
  const { StateMachine } = await interpreter();
  const machine = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
  const handlers = tasksOf(definition.States).map(([name]) => [name, async () => answers[name] ?? {}] as const);
  const execution = machine.run(input as never, {
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) as never },
  });
  let largest = 0;
  for await (const event of execution.eventLogs) largest = Math.max(largest, JSON.stringify(event).length);
  await execution.result;
  return largest;
}

describe('a run that has years of files to load', () => {
  it('hands on no more of them than a state of Step Functions holds', async () => {
    const { objects, plan } = await backfill({ customers: 1000, lines: 1000 });
    const loads = await plan();
    expect(loads.feeds.map(({ feed, batches }) => [feed, batches.flat().length])).toEqual([
      ['feed/web-customers', 1000],
      ['feed/web-lines', 1000],
    ]);
    const run = { ...context, configuration_version: 'v', request: {} };
    const couriers = { run_type: 'full', refresh: 'normal', couriers: [] };
    const output = { Output: { feed: 'feed/any' } };
    const outer = await measure('run-courier-group', run, { StartRun: couriers, PlanLoads: loads, LoadFeed: output });
    expect(outer).toBeLessThan(LIMIT / 2);

    const [feed] = loads.feeds;
    if (!feed) throw new Error('nothing is planned');
    const counts = { rows_read: 1, rows_rejected: 0, columns: Array(40).fill({ name: 'a_column', type: 'String' }) };
    const loaded = { feed: feed.feed, file: 'f'.repeat(200), sha256: 'a'.repeat(64), rows_read: 1, rows_inserted: 1 };
    const inner = await measure(
      'load-feed',
      { ...run, ...feed },
      { ReadFile: { staged: 's', counts }, MergeRows: loaded },
    );
    expect(inner).toBeLessThan(LIMIT / 2);
    const last = await plannedFile(objects, { list: feed.list, file: 999 });
    expect(last).toMatchObject({ date: '2022-09-26', mode: 'load', format: { type: 'csv' } });
  });
});
