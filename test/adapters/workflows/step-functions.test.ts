import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { notedTask, type TaskOfRun } from '../../../adapters/workflows/noted-task.ts';
import { noteExecutionEnd, noteRunState } from '../../../adapters/workflows/run-states.ts';
import { StepFunctionsWorkflows } from '../../../adapters/workflows/step-functions.ts';
import { takeLease } from '../../../core/environments/lease.ts';
import { Conflict, FilesAwaited, StatementAwaited, UnreadableFile } from '../../../core/errors.ts';
import type { Progress } from '../../../core/ports.ts';
import { warnOfSlowRuns } from '../../../core/workflows/run-warnings.ts';
import { getRun } from '../../../core/workflows/runs.ts';
import { aRun, second } from '../../support/runs.ts';

const machine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:tributary-prod-acme-production-run-courier-group';
const run = aRun([], { state: 'scheduled' });

async function home() {
  const objects = new FilesystemObjects(await mkdtemp(join(tmpdir(), 'step-functions-')));
  const client = new SFNClient({});
  const service = mockClient(client);
  service.on(StartExecutionCommand).resolves({});
  service.on(StopExecutionCommand).resolves({});
  let seconds = 10;
  const clock = () => new Date(second(seconds++));
  const workflows = new StepFunctionsWorkflows({ client, machine, objects, clock });
  const task = (
    name: string,
    work: (progress: Progress) => Promise<unknown>,
    input: unknown = { of: name },
    more: Partial<TaskOfRun> = {},
  ) => notedTask({ objects, clock }, { runId: run.id, name, label: name, enteredAt: second(1), ...more }, input, work);
  const ended = (name: string, failure?: { Error: string; Cause?: string }, output: unknown = {}) =>
    noteRunState(objects, run.id, name, { now: clock().toISOString(), output, failure });
  const pass = (more: number) => {
    seconds += more;
  };
  return { objects, service, workflows, task, ended, pass };
}

const fails = (cause: Error) => () => Promise.reject(cause);

describe('a run on Step Functions', () => {
  it('is stored before it is started, under an execution of its own name', async () => {
    const { objects, service, workflows } = await home();
    await workflows.start(run);
    const [started] = service.commandCalls(StartExecutionCommand);
    expect(started?.args[0].input).toMatchObject({ stateMachineArn: machine, name: run.id });
    expect(JSON.parse(started?.args[0].input.input ?? '')).toEqual({
      run_id: run.id,
      as_of: run.as_of,
      configuration_version: run.configuration_version,
      request: run.request,
    });
    expect(await getRun(objects, run.id)).toMatchObject({
      state: 'scheduled',
      execution: `${machine.replace('stateMachine', 'execution')}:${run.id}`,
    });
  });

  it('tells of its tasks as they note themselves, in the order of their making', async () => {
    const { objects, workflows, task, ended } = await home();
    await workflows.start(run);
    await task('StartRun', async () => ({ planned: true }));
    await ended('StartRun');
    await task('ReadFile', async () => ({ rows: 3 }));
    await ended('FinishRun');
    const record = await getRun(objects, run.id);
    expect(record.state).toBe('succeeded');
    expect(record.tasks.map(({ name, state, output }) => [name, state, output])).toEqual([
      ['StartRun', 'succeeded', { planned: true }],
      ['ReadFile', 'succeeded', { rows: 3 }],
    ]);
    expect(record.tasks.every(({ waiting_ms, working_ms }) => waiting_ms > 0 && working_ms > 0)).toBe(true);
  });

  it('tells how far a task is that takes long, now and then', async () => {
    const { objects, workflows, task, pass } = await home();
    await workflows.start(run);
    const told: unknown[] = [];
    const far = async () => {
      const [{ state, done, total } = {}] = (await getRun(objects, run.id)).tasks;
      told.push([state, done, total]);
    };
    await task('PullCourier', async (progress) => {
      progress(1, 9);
      await far();
      pass(10);
      progress(4, 9);
      progress(5, 9);
      await expect.poll(async () => (await getRun(objects, run.id)).tasks[0]?.done).toBe(4);
      pass(10);
      progress(8, 9);
    });
    await far();
    expect(told).toEqual([
      ['in progress', undefined, undefined],
      ['succeeded', 8, 9],
    ]);
  });

  it('does a task once, however often it is asked for', async () => {
    const { workflows, task } = await home();
    await workflows.start(run);
    let done = 0;
    const work = async () => ++done;
    expect([await task('ReadFile', work), await task('ReadFile', work)]).toEqual([1, 1]);
    expect(await task('ReadFile', work, { another: 'file' })).toBe(2);
  });

  it('has a task under way, once, while its state machine waits for a statement of it', async () => {
    const { objects, workflows, task } = await home();
    await workflows.start(run);
    await expect(task('BuildTable', fails(new StatementAwaited('people is under way')))).rejects.toThrow('under way');
    expect((await getRun(objects, run.id)).tasks).toMatchObject([{ state: 'in progress', attempts: 1 }]);
    await task('BuildTable', async () => ({ rows: 3 }), undefined, { goesOn: true });
    expect((await getRun(objects, run.id)).tasks).toMatchObject([{ state: 'succeeded', attempts: 1 }]);
  });

  it('hands a task over to another form, and then answers what that gave', async () => {
    const { objects, workflows, task } = await home();
    await workflows.start(run);
    const handedOver = { form: 'task', pairs: 7, size: { cpu: '4096', memory: '30720', storage: 100 } };
    expect(await task('RunStitch', async () => handedOver)).toEqual(handedOver);
    expect((await getRun(objects, run.id)).tasks).toMatchObject([{ state: 'scheduled' }]);
    await task('RunStitch', async () => ({ people: 2 }), undefined, { form: 'task' });
    expect(await task('RunStitch', fails(new Error('done again')))).toEqual({ people: 2 });
    expect((await getRun(objects, run.id)).tasks).toMatchObject([{ state: 'succeeded', form: 'task', attempts: 2 }]);
  });

  it('tells the error that another form failed with, and tries neither form again by itself', async () => {
    const { workflows, task } = await home();
    await workflows.start(run);
    const broken = new UnreadableFile('a.csv has no header', { data: { file: 'a.csv' } });
    await expect(task('ReadFile', fails(broken), undefined, { form: 'task' })).rejects.toBe(broken);
    const told = task('ReadFile', async () => ({ rows: 3 }));
    await expect(told).rejects.toMatchObject({ name: 'UnreadableFile', data: { file: 'a.csv' } });
    expect(await task('ReadFile', async () => ({ rows: 3 }), undefined, { form: 'task' })).toEqual({ rows: 3 });
  });

  it('fails with the error of the task that failed, its facts too', async () => {
    const { objects, workflows, task, ended } = await home();
    await workflows.start(run);
    const broken = new UnreadableFile('a.csv has no header', { data: { file: 'a.csv' } });
    await expect(task('ReadFile', fails(broken))).rejects.toBe(broken);
    const cause = JSON.stringify({ errorType: 'UnreadableFile', errorMessage: 'a.csv has no header' });
    await ended('FailRun', { Error: 'UnreadableFile', Cause: cause });
    const { state, error } = await getRun(objects, run.id);
    expect([state, error]).toEqual([
      'failed',
      { type: 'UnreadableFile', message: 'a.csv has no header', attribution: 'customer', data: { file: 'a.csv' } },
    ]);
  });

  it('warns of files that it goes on without, until they are there after all', async () => {
    const { objects, workflows, ended } = await home();
    await workflows.start(run);
    const pulled = (courier: string, missing: string[]) =>
      ended('PullCourier', undefined, { courier, files_seen: 1, files_landed: 1, missing });
    await Promise.all([pulled('courier/a', ['a.csv']), pulled('courier/b', ['b.csv'])]);
    const told = async () => (await getRun(objects, run.id)).warnings.map(({ data }) => data.missing);
    expect(await told()).toEqual(expect.arrayContaining([['a.csv'], ['b.csv']]));
    await pulled('courier/a', []);
    expect(await told()).toEqual([['b.csv']]);
  });

  it('warns once that it takes longer than its group says, and of a retry anew', async () => {
    const { objects, workflows, ended } = await home();
    await workflows.start(run);
    await ended('StartRun', undefined, { warn_at: second(60) });
    const look = async (at: number) =>
      (await warnOfSlowRuns({ objects, clock: () => new Date(second(at)) })).map(({ warnings }) => warnings.length);
    expect([await look(59), await look(61), await look(120)]).toEqual([[], [1], []]);
    await ended('FailRun', { Error: 'States.Timeout' });
    await workflows.retry(await getRun(objects, run.id));
    const again = await getRun(objects, run.id);
    expect([again.warn_at, again.warnings]).toEqual([undefined, []]);
  });

  it('fails with what the machine caught when no task lived to tell', async () => {
    const { objects, workflows, ended } = await home();
    await workflows.start(run);
    await ended('FailRun', { Error: 'States.Timeout' });
    expect((await getRun(objects, run.id)).error).toMatchObject({
      attribution: 'platform',
      message: 'States.Timeout: no cause given',
    });
  });

  it('says of a task whose function ran out of time or memory that it failed, and does it anew when it is retried', async () => {
    const { objects, workflows, task, ended } = await home();
    await workflows.start(run);
    await task('PlanLoads', async () => 'done');
    // A process that is ended notes nothing more.
    void task('ReadFile', () => new Promise(() => undefined));
    await expect.poll(async () => (await getRun(objects, run.id)).tasks.length).toBe(2);
    const message = '2026-11-23T10:15:00.000Z 1b2c Task timed out after 900.00 seconds';
    const cause = JSON.stringify({ errorType: 'Sandbox.Timedout', errorMessage: message });
    await ended('FailRun', { Error: 'Sandbox.Timedout', Cause: cause });
    const lost = await getRun(objects, run.id);
    expect(lost.error?.message).toContain('Task timed out after 900.00 seconds');
    expect(lost.tasks.map(({ name, state, error }) => [name, state, error])).toEqual([
      ['PlanLoads', 'succeeded', undefined],
      ['ReadFile', 'failed', lost.error],
    ]);
    await workflows.retry(lost);
    expect(await task('ReadFile', async () => 'read')).toBe('read');
  });

  it('says what it waits for, and that it is over', async () => {
    const { objects, workflows, task, ended } = await home();
    await workflows.start(run);
    const behind = new Conflict('another run', { data: { behind: 'run-20261123-090000-0000' } });
    await expect(task('StartRun', fails(behind))).rejects.toBe(behind);
    expect((await getRun(objects, run.id)).waits_for).toBe('run-20261123-090000-0000');
    await ended('StartRun');
    const late = new FilesAwaited('late', { data: { courier: 'courier/a', missing: ['a.csv'], until: second(50) } });
    await expect(task('PullCourier', fails(late))).rejects.toBe(late);
    const waiting = await getRun(objects, run.id);
    expect([waiting.waits_for, waiting.awaits?.missing]).toEqual([undefined, ['a.csv']]);
    await ended('PullCourier', undefined, { courier: 'courier/a', files_seen: 1, files_landed: 1, missing: [] });
    expect((await getRun(objects, run.id)).awaits).toBeUndefined();
  });

  it('is stopped with its execution, and lets the next run start', async () => {
    const { objects, service, workflows } = await home();
    await workflows.start(run);
    await takeLease(objects, run.id, new Date(second(0)));
    await workflows.stop(run.id);
    expect(service.commandCalls(StopExecutionCommand)).toHaveLength(1);
    expect((await getRun(objects, run.id)).state).toBe('stopped');
    await takeLease(objects, 'run-20261123-100001-0000', new Date(second(1)));
    await expect(workflows.stop(run.id)).rejects.toBeInstanceOf(Conflict);
  });

  it('is marked when its execution was ended from outside, unless it had ended or goes on under another', async () => {
    const { objects, workflows } = await home();
    await workflows.start(run);
    await takeLease(objects, run.id, new Date(second(0)));
    const executionArn = (await getRun(objects, run.id)).execution ?? '';
    const note = (arn: string) =>
      noteExecutionEnd(objects, { executionArn: arn, name: run.id, status: 'TIMED_OUT' }, second(90));
    await note(`${executionArn}-another`);
    expect((await getRun(objects, run.id)).state).toBe('scheduled');
    await note(executionArn);
    expect(await getRun(objects, run.id)).toMatchObject({ state: 'failed', error: { attribution: 'platform' } });
    await takeLease(objects, 'run-20261123-100001-0000', new Date(second(91)));
  });

  it('is lost when Step Functions has no execution of it, and ends as its execution did when nobody said so', async () => {
    const { objects, service, workflows } = await home();
    const described = service.on(DescribeExecutionCommand);
    const old = aRun([], { state: 'scheduled', created_at: '2026-11-23T09:00:00.000Z' });
    await workflows.start(old);
    described.resolves({ status: 'RUNNING' });
    expect(await workflows.endLost()).toEqual([]);
    described.rejects(new ExecutionDoesNotExist({ message: 'no such execution', $metadata: {} }));
    expect(await workflows.endLost()).toMatchObject([{ state: 'failed', error: { type: 'RunLost' } }]);
    await workflows.retry(await getRun(objects, old.id));
    described.resolves({
      status: 'ABORTED',
      stopDate: new Date('2026-11-23T09:30:00Z'),
      error: 'RunStopped',
      cause: 'by hand',
    });
    expect(await workflows.endLost()).toMatchObject([{ state: 'stopped', error: { message: 'by hand' } }]);
  });

  it('is not lost while its execution is about to be started', async () => {
    const { service, workflows } = await home();
    await workflows.start(run);
    service.on(DescribeExecutionCommand).rejects(new ExecutionDoesNotExist({ message: 'not yet', $metadata: {} }));
    expect(await workflows.endLost()).toEqual([]);
  });

  it('goes on from the task that failed, under a new execution', async () => {
    const { objects, service, workflows, task, ended } = await home();
    await workflows.start(run);
    let read = 0;
    await task('ReadFile', async () => ++read);
    await expect(task('MergeRows', fails(new Error('out of memory')))).rejects.toThrow();
    await ended('FailRun', { Error: 'Error' });
    await workflows.retry(await getRun(objects, run.id));
    const names = service.commandCalls(StartExecutionCommand).map(({ args }) => args[0].input.name);
    expect(new Set(names).size).toBe(2);
    expect(await task('ReadFile', async () => ++read)).toBe(1);
    const record = await getRun(objects, run.id);
    expect([record.state, record.error, record.tasks.map(({ name }) => name)]).toEqual([
      'scheduled',
      undefined,
      ['ReadFile'],
    ]);
  });

  it('is failed, not lost, when Step Functions refuses it', async () => {
    const { objects, service, workflows } = await home();
    service.on(StartExecutionCommand).rejects(new ExecutionAlreadyExists({ message: 'throttled', $metadata: {} }));
    await expect(workflows.start(run)).rejects.toThrow('throttled');
    expect(await getRun(objects, run.id)).toMatchObject({ state: 'failed', error: { message: 'throttled' } });
  });
});
