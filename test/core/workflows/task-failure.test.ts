import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../core/workflows/task-failure.ts';

const lambda = (errorType: string, errorMessage: string) => JSON.stringify({ errorType, errorMessage, trace: [] });

describe('the failure of a task', () => {
  it('is what the error itself says, where nothing wraps it', () => {
    expect(failureOf({ Error: 'UnreadableFile', Cause: 'a.csv has no header' })).toEqual({
      type: 'UnreadableFile',
      message: 'a.csv has no header',
    });
  });

  it('is what the lambda threw, through every machine that it ended', () => {
    const cause = lambda('ErrorThresholdExceeded', '3 % of the rows are bad');
    const child = JSON.stringify({ ExecutionArn: 'arn', Error: 'ErrorThresholdExceeded', Cause: cause });
    const thrown = { type: 'ErrorThresholdExceeded', message: '3 % of the rows are bad' };
    expect(failureOf({ Error: 'ErrorThresholdExceeded', Cause: cause })).toEqual(thrown);
    expect(failureOf({ Error: 'States.TaskFailed', Cause: child })).toEqual(thrown);
  });

  it('is why a task of ECS ended, where one was stopped or killed', () => {
    const task = { TaskArn: 'arn:aws:ecs:eu-west-1:1:task/a/b', StopCode: 'UserInitiated', Overrides: {} };
    const stopped = { ...task, StoppedReason: 'Host is retired', Containers: [{ Name: 'step', ExitCode: 137 }] };
    const full = 'OutOfMemoryError: Container killed due to memory usage';
    const killed = { ...task, Containers: [{ Name: 'step', ExitCode: 137, Reason: full }] };
    const cause = JSON.stringify({ ExecutionArn: 'arn', Error: 'States.TaskFailed', Cause: JSON.stringify(stopped) });
    expect(failureOf({ Error: 'States.TaskFailed', Cause: cause })).toEqual({
      type: 'TaskStopped',
      message: `the task ${task.TaskArn} ended before its step was done: Host is retired, exit code 137: see its log, and retry the run`,
    });
    expect(failureOf({ Error: 'States.TaskFailed', Cause: JSON.stringify(killed) }).message).toContain(full);
  });

  it('is the name alone when no cause was told', () => {
    expect(failureOf({ Error: 'States.Timeout' })).toEqual({ type: 'States.Timeout', message: 'no cause given' });
  });
});
