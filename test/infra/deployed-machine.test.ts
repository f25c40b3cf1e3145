import { describe, expect, it } from 'vitest';
import { interpreter } from '../../adapters/workflows/state-machine.ts';
import { deployedMachine, type Machine } from '../../infra/constructs/deployed-machine.ts';
import buildDatabase from '../../statemachines/build-database.asl.json' with { type: 'json' };
import loadFiles from '../../statemachines/load-files.asl.json' with { type: 'json' };
import stitch from '../../statemachines/stitch.asl.json' with { type: 'json' };

const waiting = { functions: ['build-table', 'merge-rows', 'run-stitch'], workgroup: 'acme', patienceMs: 5000 };
const run = { run_id: 'run-1', as_of: '2026-11-26T05:00:00Z', configuration_version: 'v1' };
const statementOf = (name: string) => ({ sql: `SELECT '${name}'`, token: `token of ${name}`, begun: [{ asks: name }] });

type Task = (input: Record<string, unknown>) => unknown;

/** Runs a machine as it is deployed, its tasks being functions of this test. */
async function execute(file: unknown, input: object, tasks: Record<string, Task>): Promise<unknown> {
  const { StateMachine } = await interpreter();
  const machine = deployedMachine(file as Machine, waiting);
  const definition = new StateMachine(machine as never, { validationOptions: { noValidate: true } });
  const handlers = Object.fromEntries(
    Object.entries(tasks).map(([name, task]) => [name, async (given: never) => task(given)]),
  );
  // The interpreter knows no state of its own.
  const context = { State: { EnteredTime: run.as_of } } as never;
  const overrides = { taskResourceLocalHandlers: handlers as never };
  return definition.run(input as never, { overrides, context }).result;
}

describe('a machine as it is deployed', () => {
  const planned = { PlanDatabase: () => ({ levels: [[{ name: 'people' }]] }), PublishDatabase: () => ({ tables: {} }) };

  it('gives what its file says when no statement outlasts a task', async () => {
    const seen: unknown[] = [];
    const built = await execute(
      buildDatabase,
      { ...run, stage: 'domain', refresh: 'normal' },
      {
        ...planned,
        BuildTable: ({ table, wait, task }) => {
          seen.push(table, wait, (task as { Name: string }).Name);
          return { rows: 3 };
        },
      },
    );
    expect(seen).toEqual([{ name: 'people' }, { patience_ms: 5000, begun: [] }, 'BuildTable']);
    expect(built).toEqual({ tables: {} });
  });

  it('waits for one statement after the other, and tells the task what it has begun', async () => {
    const read = { staged: 'a.parquet', counts: { rows_read: 1, rows_superseded: 0, rows_rejected: 0 } };
    const begun: unknown[] = [];
    const waited: unknown[] = [];
    const outcomes = [{ waits: statementOf('keys') }, { waits: statementOf('rows') }, { feed: 'customers' }];
    const again: Task = ({ wait, task, read }) => {
      begun.push((wait as { begun: unknown }).begun, (task as { Name: string }).Name, read);
      return outcomes.shift();
    };
    const wait: Task = (input) => waited.push(input);
    await execute(
      loadFiles,
      { ...run, feed: 'feed/customers', list: 'staged/customers/run-1/files.json', files: [[0, 1]] },
      {
        ReadFile: () => read,
        MergeRows: again,
        'MergeRows again': again,
        'MergeRows statement': wait,
      },
    );
    expect(begun).toEqual([
      ...[[], 'MergeRows', read],
      ...[[{ asks: 'keys' }], 'MergeRows', read],
      ...[[{ asks: 'rows' }], 'MergeRows', read],
    ]);
    expect(waited).toEqual([
      { QueryString: "SELECT 'keys'", ClientRequestToken: 'token of keys', WorkGroup: 'acme' },
      { QueryString: "SELECT 'rows'", ClientRequestToken: 'token of rows', WorkGroup: 'acme' },
    ]);
  });

  it('lets the task itself see what became of a statement that failed', async () => {
    const failing = execute(
      stitch,
      { ...run, refresh: 'normal', retrain: false },
      {
        PrepareStitch: () => ({ changed: true }),
        RunStitch: () => ({ waits: statementOf('people') }),
        'RunStitch statement': () => {
          throw Object.assign(new Error('the whole query'), { name: 'States.TaskFailed' });
        },
        'RunStitch again': () => {
          throw Object.assign(new Error('people: COLUMN_NOT_FOUND'), { name: 'QueryFailed' });
        },
      },
    );
    await expect(failing).rejects.toThrow('COLUMN_NOT_FOUND');
  });
});
