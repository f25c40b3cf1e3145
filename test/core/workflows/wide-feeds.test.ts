import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { interpreter, type StateMachineDefinition } from '../../../adapters/workflows/state-machine.ts';
import { type MergeRowsInput, ReadFileOutput } from '../../../core/contracts/steps.ts';

/** What ECS hands on to the containers of a task, in letters of JSON. */
const LIMIT = 8192;

/** What each task of a machine is given when those that are named answer so. */
async function given(file: string, input: unknown, answers: Readonly<Record<string, unknown>>) {
  const path = new URL(`../../../statemachines/${file}.asl.json`, import.meta.url);
  const definition = JSON.parse(await readFile(path, 'utf8')) as StateMachineDefinition;
  const { StateMachine } = await interpreter();
  const machine = new StateMachine(definition as never, { validationOptions: { noValidate: true } });
  const told = new Map<string, unknown>();
  const handler = (name: string) => async (one: unknown) => {
    told.set(name, one);
    return answers[name] ?? {};
  };
  const tasks = ['ReadLargeFile', 'ReadFile', 'MergeLargeFile', 'MergeRows'];
  const handlers = Object.fromEntries(tasks.map((name) => [name, handler(name)]));
  const context = { State: { EnteredTime: '2026-11-26T10:00:00.000Z' } } as never;
  await machine.run(input as never, { overrides: { taskResourceLocalHandlers: handlers as never }, context }).result;
  return told;
}

it('a task of a file with 400 columns more and as many less than its feed is told no more than ECS hands on', async () => {
  const names = (kind: string) => Array.from({ length: 400 }, (_, n) => `${kind}_column_with_a_long_name_${n}`);
  const read = ReadFileOutput.parse({
    feed: `feed/${'f'.repeat(100)}`,
    staged: `staged/${'f'.repeat(100)}/run-20261126-100000-000a/${'a'.repeat(64)}.parquet`,
    counts: {
      rows_read: 66_500_000,
      rows_staged: 66_000_000,
      rows_rejected: 1,
      rows_superseded: 499_999,
      unknown_columns: names('unknown'),
      missing_columns: names('missing'),
    },
  });
  const input = {
    run_id: 'run-20261126-100000-000a',
    as_of: '2026-11-26T10:00:00.000Z',
    configuration_version: 'v'.repeat(64),
    feed: `feed/${'f'.repeat(100)}`,
    list: `staged/${'f'.repeat(100)}/run-20261126-100000-000a/files.json`,
    files: [[0, 11_000_000_000]],
  };
  const told = await given('load-files', input, { ReadFile: read });
  for (const task of ['ReadLargeFile', 'MergeLargeFile'])
    expect(JSON.stringify((told.get(task) as { Overrides: unknown }).Overrides).length).toBeLessThan(LIMIT / 2);
  const { read: handed } = told.get('MergeRows') as z.infer<typeof MergeRowsInput>;
  expect(handed).toEqual({
    staged: read.staged,
    counts: { rows_read: 66_500_000, rows_superseded: 499_999, rows_rejected: 1 },
  });
});
