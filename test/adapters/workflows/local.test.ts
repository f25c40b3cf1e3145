import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { LocalWorkflows, type TaskHandler } from '../../../adapters/workflows/local.ts';
import type { StateMachineDefinition } from '../../../adapters/workflows/state-machine.ts';
import type { Run } from '../../../core/contracts/runs.ts';
import { Conflict, UnreadableFile } from '../../../core/errors.ts';
import { getRun, hasEnded } from '../../../core/workflows/runs.ts';
import { aTask } from '../../support/runs.ts';

const task = (lambda: string, next?: string) => ({
  Type: 'Task',
  Resource: `\${${lambda}}`,
  Parameters: { 'run_id.$': '$.run_id' },
  ResultPath: null,
  Retry: [{ ErrorEquals: ['Conflict'], IntervalSeconds: 0, MaxAttempts: 50 }],
  ...(next ? { Next: next } : { End: true }),
});

/** One task after the other, the second in a machine of its own. */
const machines: Record<string, StateMachineDefinition> = {
  'run-courier-group': {
    Comment: 'three tasks',
    StartAt: 'First',
    States: {
      First: task('first', 'Inner'),
      Inner: {
        Type: 'Task',
        Resource: 'arn:aws:states:::states:startExecution.sync:2',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a placeholder of the deploy
        Parameters: { StateMachineArn: '${inner}', Input: { 'run_id.$': '$.run_id' } },
        ResultPath: null,
        Next: 'Last',
      },
      Last: task('last'),
    },
  },
  inner: { Comment: 'one task', StartAt: 'Second', States: { Second: task('second') } },
};

const newRun = (id = 'run-20261101-000000-aa'): Run => ({
  id,
  type: 'courier_group',
  name: 'courier-group/daily',
  tenant: 'acme',
  environment: 'production',
  state: 'scheduled',
  principal: 'test',
  request: { courier_group: 'courier-group/daily', ingest_only: false, skip_missing: false, refresh: 'normal' },
  as_of: '2026-11-01T00:00:00.000Z',
  configuration_version: 'none',
  created_at: '2026-11-01T00:00:00.000Z',
  warnings: [],
  tasks: [],
});

/** Workflows whose tasks note that they were done, unless a test says otherwise. */
async function workflows(overrides: Record<string, TaskHandler> = {}, objects?: FilesystemObjects, files = machines) {
  const done: string[] = [];
  const note = (name: string): [string, TaskHandler] => [
    name,
    async (input, context) => {
      done.push(name);
      return overrides[name]?.(input, context) ?? { name };
    },
  ];
  const store = objects ?? new FilesystemObjects(await mkdtemp(join(tmpdir(), 'workflows-')));
  const handlers = Object.fromEntries(['first', 'second', 'last'].map(note));
  return {
    done,
    objects: store,
    workflows: new LocalWorkflows({ objects: store, machines: files, handlers, clock: () => new Date() }),
  };
}

describe('a run on one machine', () => {
  it('does its tasks in order, also those of the machines that it starts, and notes each of them', async () => {
    const { done, objects, workflows: local } = await workflows();
    await local.start(newRun());
    const ended = await local.ended(newRun().id);
    expect(ended?.state).toBe('succeeded');
    expect(done).toEqual(['first', 'second', 'last']);
    const stored = await getRun(objects, newRun().id);
    expect(stored.tasks.map((one) => [one.name, one.state])).toEqual([
      ['First', 'succeeded'],
      ['Second', 'succeeded'],
      ['Last', 'succeeded'],
    ]);
  });

  it('notes a task beside its record, which it writes a few times however many tasks it has', async () => {
    const { objects, workflows: local } = await workflows();
    const many = Array.from({ length: 500 }, (_, n) => aTask('ReadFile', { file: n }));
    const written: string[] = [];
    const put = objects.put.bind(objects);
    objects.put = (key, ...rest) => {
      written.push(key.split('/')[0] ?? '');
      return put(key, ...rest);
    };
    await local.start({ ...newRun(), tasks: many });
    await local.ended(newRun().id);
    expect(written.filter((folder) => folder === 'runs')).toHaveLength(3);
    expect(written.filter((folder) => folder === 'run-tasks')).toHaveLength(6);
    expect((await getRun(objects, newRun().id)).tasks).toHaveLength(503);
    expect(await objects.list('run-tasks/')).toEqual([]);
  });

  it('warns while it goes on that it takes longer than its group says', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      let go: () => void = () => undefined;
      const second = () =>
        new Promise<void>((resolve) => {
          go = resolve;
        });
      const { done, objects, workflows: local } = await workflows({ second });
      await local.start({ ...newRun(), warn_at: '2026-11-01T01:00:00.000Z' });
      await expect.poll(() => done).toContain('second');
      vi.advanceTimersByTime(30_000);
      const warnings = async () => (await getRun(objects, newRun().id)).warnings.map(({ type }) => type);
      await expect.poll(warnings).toEqual(['SlowRun']);
      go();
      expect((await local.ended(newRun().id))?.warnings).toMatchObject([
        { message: expect.stringContaining('it goes on') },
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('does itself what in AWS a container does for a function', async () => {
    const container = {
      Type: 'Task',
      Resource: 'arn:aws:states:::ecs:runTask.sync',
      Parameters: { 'Entered.$': '$$.State.EnteredTime' },
      ResultPath: null,
      Next: 'Second',
    };
    const inner = { Comment: '', StartAt: 'Large', States: { Large: container, Second: task('second') } };
    const { done, workflows: local } = await workflows({}, undefined, { ...machines, inner });
    await local.start(newRun());
    expect((await local.ended(newRun().id))?.error).toBeUndefined();
    expect(done).toEqual(['first', 'second', 'last']);
  });

  it('fails with the name, the text and the facts of the error that a task threw', async () => {
    const broken = new UnreadableFile('customers.csv.gz ends in the middle', { data: { file: 'customers.csv.gz' } });
    const { workflows: local } = await workflows({ second: () => Promise.reject(broken) });
    await local.start(newRun());
    expect((await local.ended(newRun().id))?.error).toEqual({
      type: 'UnreadableFile',
      message: 'customers.csv.gz ends in the middle',
      attribution: 'customer',
      data: { file: 'customers.csv.gz' },
    });
  });

  it('goes on from the task that failed when it is retried', async () => {
    let broken = true;
    const second = async () => {
      if (broken) throw new UnreadableFile('not yet');
    };
    const { done, objects, workflows: local } = await workflows({ second });
    await local.start(newRun());
    const failed = await local.ended(newRun().id);
    broken = false;
    await local.retry(failed ?? newRun());
    await local.ended(newRun().id);
    expect(done).toEqual(['first', 'second', 'second', 'last']);
    const retried = await getRun(objects, newRun().id);
    expect([retried.state, retried.error]).toEqual(['succeeded', undefined]);
  });

  it('goes on after its process died, without doing again what was done', async () => {
    const { objects } = await workflows();
    const dying = await workflows({ second: () => new Promise(() => undefined) }, objects);
    await dying.workflows.start(newRun());
    await expect.poll(() => dying.done).toEqual(['first', 'second']);
    const next = await workflows({}, objects);
    expect((await next.workflows.recover()).map((run) => run.id)).toEqual([newRun().id]);
    expect((await next.workflows.ended(newRun().id))?.state).toBe('succeeded');
    expect(next.done).toEqual(['second', 'last']);
  });

  it('can be stopped in the middle of a task, which hears of it', async () => {
    let heard = false;
    const second: TaskHandler = (_input, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          heard = true;
          reject(new Error('stopped'));
        }),
      );
    const { done, objects, workflows: local } = await workflows({ second });
    await local.start(newRun());
    await expect.poll(() => done).toContain('second');
    await local.stop(newRun().id);
    expect([heard, (await getRun(objects, newRun().id)).state]).toEqual([true, 'stopped']);
    await expect(local.stop(newRun().id)).rejects.toBeInstanceOf(Conflict);
  });

  it('queues behind the run that holds the environment, and says which that is', async () => {
    let held = true;
    const first = async () => {
      if (held) throw new Conflict('held', { data: { behind: 'run-20261101-000000-bb' } });
    };
    const { workflows: local } = await workflows({ first });
    await local.start(newRun());
    await expect.poll(() => local.underWay(newRun().id)?.waits_for).toBe('run-20261101-000000-bb');
    held = false;
    const ended = await local.ended(newRun().id);
    expect([ended?.state, ended?.waits_for]).toEqual(['succeeded', undefined]);
  });

  it('is left to the next process when this one closes', async () => {
    const {
      done,
      objects,
      workflows: local,
    } = await workflows({
      second: (_input, { signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('closed')))),
    });
    await local.start(newRun());
    await expect.poll(() => done).toContain('second');
    await local.close();
    expect(hasEnded(await getRun(objects, newRun().id))).toBe(false);
  });
});
