import { Run, type RunTask } from '../../core/contracts/runs.ts';

/** A moment of a run, in seconds after it began. */
export const second = (after: number): string => new Date(Date.UTC(2026, 10, 23, 10, 0, after)).toISOString();

/** A task that succeeded unless told otherwise, from one second of the run to another. */
export function aTask(name: string, output: unknown, rest: Partial<RunTask> = {}): RunTask {
  return {
    id: `${name}-${JSON.stringify(output)}`,
    name,
    label: name,
    state: 'succeeded',
    attempts: 1,
    created_at: second(0),
    started_at: second(0),
    ended_at: second(1),
    waiting_ms: 0,
    working_ms: 1000,
    output,
    ...rest,
  };
}

/** A run under way with these tasks. */
export const aRun = (tasks: RunTask[], rest: Partial<Run> = {}): Run =>
  Run.parse({
    id: 'run-20261123-100000-0000',
    type: 'courier_group',
    name: 'courier-group/daily',
    tenant: 'acme',
    environment: 'production',
    state: 'in progress',
    principal: 'owner',
    request: { courier_group: 'courier-group/daily' },
    as_of: second(0),
    configuration_version: 'v1',
    created_at: second(0),
    started_at: second(0),
    tasks,
    ...rest,
  });
