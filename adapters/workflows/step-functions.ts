import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  type SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import type { Run } from '../../core/contracts/runs.ts';
import { releaseLease } from '../../core/environments/lease.ts';
import { holdRunLease } from '../../core/environments/run-leases.ts';
import { Conflict, RunStopped } from '../../core/errors.ts';
import type { ObjectStore, Workflows } from '../../core/ports.ts';
import { endLostRuns, type Standing } from '../../core/workflows/lost-runs.ts';
import { toRetry } from '../../core/workflows/retry.ts';
import { endRun, getRun, hasEnded, runInput, saveRun, taskPrefix } from '../../core/workflows/runs.ts';
import { asRunError } from './run-journal.ts';
import { endOf } from './run-states.ts';

/** Who stores a run starts its execution at once: without one after this long, there will be none. */
const LONGEST_START_MS = 600_000;

export interface StepFunctionsOptions {
  client: SFNClient;
  /** ARN of the environment's state machine `run-courier-group`. */
  machine: string;
  objects: ObjectStore;
  clock: () => Date;
}

/** Runs as executions of Step Functions. What a run did, its tasks note themselves. */
export class StepFunctionsWorkflows implements Workflows {
  readonly #options: StepFunctionsOptions;

  constructor(options: StepFunctionsOptions) {
    this.#options = options;
  }

  /** Another process does every run. */
  underWay(): undefined {
    return undefined;
  }

  start(run: Run): Promise<void> {
    return this.#execute(run, run.id);
  }

  async stop(id: string): Promise<void> {
    const { client, objects, clock } = this.#options;
    const { execution, ...run } = await getRun(objects, id);
    if (hasEnded(run) || execution === undefined) throw new Conflict(`run ${id} is not under way`);
    const error = new RunStopped('the run was stopped');
    await client.send(new StopExecutionCommand({ executionArn: execution, error: error.name, cause: error.message }));
    await endRun(objects, id, { state: 'stopped', ended_at: clock().toISOString(), error: asRunError(error) });
    await releaseLease(objects, id);
  }

  async retry(run: Run): Promise<void> {
    const { objects, clock } = this.#options;
    const again = await toRetry(objects, run);
    const kept = new Set(again.tasks.map(({ id }) => `${taskPrefix(run.id)}${id}.json`));
    for (const { key } of await objects.list(taskPrefix(run.id))) if (!kept.has(key)) await objects.delete(key);
    // The name of an execution is taken for good.
    await this.#execute(again, `${run.id}-${clock().getTime().toString(36)}`);
  }

  /** Step Functions knows of each execution whether it goes on. */
  endLost(): Promise<Run[]> {
    return endLostRuns(this.#options, (run) => this.#standingOf(run));
  }

  async #standingOf({ id, execution, created_at }: Run): Promise<Standing> {
    const { client, objects, clock } = this.#options;
    const isYoung = clock().getTime() - Date.parse(created_at) < LONGEST_START_MS;
    try {
      const described = await client.send(new DescribeExecutionCommand({ executionArn: execution }));
      const { status = 'RUNNING', error, cause } = described;
      if (status === 'RUNNING' || status === 'PENDING_REDRIVE') return 'goes on';
      // What ends it well or badly may be about to say so itself.
      if (clock().getTime() - (described.stopDate?.getTime() ?? 0) < LONGEST_START_MS) return 'unknown';
      return endOf(await getRun(objects, id), { status, error, cause });
    } catch (failure) {
      if (!(failure instanceof ExecutionDoesNotExist)) throw failure;
      return isYoung ? 'unknown' : 'gone';
    }
  }

  async #execute(run: Run, name: string): Promise<void> {
    const { client, machine, objects, clock } = this.#options;
    const execution = `${machine.replace(':stateMachine:', ':execution:')}:${name}`;
    await holdRunLease(objects, run.id, clock());
    await saveRun(objects, { ...run, execution, tasks: [] });
    const input = JSON.stringify(runInput(run));
    try {
      await client.send(new StartExecutionCommand({ stateMachineArn: machine, name, input }));
    } catch (cause) {
      await endRun(objects, run.id, { state: 'failed', ended_at: clock().toISOString(), error: asRunError(cause) });
      throw cause;
    }
  }
}
