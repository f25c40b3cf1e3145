import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  UpdateStateMachineCommand,
} from '@aws-sdk/client-sfn';
import { StepFunctionsWorkflows } from '../../adapters/workflows/step-functions.ts';
import type { Run, RunRequest } from '../../core/contracts/runs.ts';
import { launchRun } from '../../core/workflows/launch.ts';
import { type DeployedEnvironment, endedRun } from './deployed-environment.ts';
import type { Emulator } from './emulator.ts';
import { until } from './until.ts';

/** The state machines of a deployed environment, and the tasks that they run. */
export class DeployedMachines {
  readonly workflows: StepFunctionsWorkflows;
  readonly #aws: Emulator;
  readonly #client: SFNClient;
  readonly #deployed: DeployedEnvironment;

  constructor(aws: Emulator, deployed: DeployedEnvironment) {
    this.#aws = aws;
    this.#deployed = deployed;
    this.#client = new SFNClient(aws.client);
    const { machine } = deployed.place;
    const clock = () => new Date();
    this.workflows = new StepFunctionsWorkflows({ client: this.#client, machine, objects: deployed.objects, clock });
  }

  /** Loads what is in the inbox, and stitches nothing. */
  async ingest(): Promise<Run> {
    const { objects, place } = this.#deployed;
    const request: RunRequest = {
      courier_group: 'courier-group/daily',
      ingest_only: true,
      skip_missing: false,
      refresh: 'normal',
    };
    const at = { ...place, objects, workflows: this.workflows, clock: () => new Date() };
    return this.ended((await launchRun(at, request, 'test')).id);
  }

  async ended(id: string): Promise<Run> {
    return until(() => endedRun(this.#deployed.objects, id), { every: 200 });
  }

  /** Runs one machine of the environment to its end. */
  async execute(file: string, input: { run_id: string } & Record<string, unknown>): Promise<Record<string, unknown>> {
    const stateMachineArn = this.#arnOf(file);
    const asked = { stateMachineArn, name: `${file}-${input.run_id}`, input: JSON.stringify(input) };
    const { executionArn } = await this.#client.send(new StartExecutionCommand(asked));
    const ended = await until(
      async () => {
        const execution = await this.#client.send(new DescribeExecutionCommand({ executionArn }));
        return execution.status === 'RUNNING' ? undefined : execution;
      },
      { every: 200 },
    );
    if (ended.status !== 'SUCCEEDED') throw new Error(`${file} ${ended.status}: ${ended.error} ${ended.cause}`);
    return JSON.parse(ended.output ?? '{}');
  }

  /** Deploys a machine with some text of its definition replaced. */
  async alter(file: string, from: string, to: string): Promise<void> {
    const stateMachineArn = this.#arnOf(file);
    const { definition = '' } = await this.#client.send(new DescribeStateMachineCommand({ stateMachineArn }));
    if (!definition.includes(from) && !definition.includes(to)) throw new Error(`${file} has no ${from}`);
    const changed = { stateMachineArn, definition: definition.replaceAll(from, to) };
    await this.#client.send(new UpdateStateMachineCommand(changed));
  }

  /** Stops the next task that runs, as a person or AWS may. */
  async stopNextTask(cluster: string, reason: string): Promise<void> {
    const task = await until(async () => (await this.#ecs('ListTasks', { cluster })).taskArns?.[0], { every: 200 });
    await this.#ecs('StopTask', { cluster, task, reason });
  }

  /** One call of ECS, whose SDK the product doesn't need. */
  async #ecs(action: string, body: object): Promise<{ taskArns?: string[] }> {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonEC2ContainerServiceV20141113.${action}`,
    };
    return JSON.parse(await this.#aws.call('ecs', JSON.stringify(body), headers));
  }

  #arnOf(file: string): string {
    return this.#deployed.place.machine.replace('run-courier-group', file);
  }
}
