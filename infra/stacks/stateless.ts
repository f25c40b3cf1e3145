import { CfnOutput, CustomResource, Duration, Stack } from 'aws-cdk-lib';
import type { CfnFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { placeName } from '../../core/contracts/deployment.ts';
import { AccessRole } from '../constructs/access-role.ts';
import { ArrivalStarts } from '../constructs/arrival-starts.ts';
import { AslStateMachine, type AslStateMachineProps } from '../constructs/asl-state-machine.ts';
import { DuckDbEngine } from '../constructs/duckdb-engine.ts';
import { EnvironmentFunctions } from '../constructs/environment-functions.ts';
import { EnvironmentRights } from '../constructs/environment-rights.ts';
import { QueryWorkGroup } from '../constructs/query-work-group.ts';
import { RunSchedules } from '../constructs/run-schedules.ts';
import { SqlParser } from '../constructs/sql-parser.ts';
import { StitchTask } from '../constructs/stitch-task.ts';
import { StreamFiles } from '../constructs/stream-files.ts';
import { Watch } from '../constructs/watch.ts';
import { WeeklyTidying } from '../constructs/weekly-tidying.ts';
import { askingSteps, largeSteps, others, type Step, steps } from '../functions.ts';
import type { TenantConfig } from '../stage-config.ts';
import { placeIn } from './place-in.ts';
import { couriersOf, type EnvironmentProps, sftpOf } from './stateful.ts';

/** What works on an environment's data, and can be made anew at any time. */
export class StatelessStack extends Stack {
  constructor(scope: Construct, id: string, props: EnvironmentProps) {
    super(scope, id, { ...props, description: `Work of ${props.tenant.name} ${props.environment}` });
    const { stage, config, tenant } = props;
    const place = placeIn(this, props);
    const name = placeName(stage, place);
    const couriers = couriersOf(props);
    const rights = new EnvironmentRights(this, 'Rights', place, couriers.roles);
    const parser = new SqlParser(this, 'SqlParser', name);
    const engine = new DuckDbEngine(this, 'DuckDb', name, config.architecture);
    const given = { stage, config, place, rights, couriers, parser, engine };
    const functions = new EnvironmentFunctions(this, 'Steps', { ...given, functions: steps });
    const { byName } = new EnvironmentFunctions(this, 'Functions', { ...given, functions: others });
    new QueryWorkGroup(this, 'Queries', place);
    const { patienceMs } = config;
    const statements = { functions: askingSteps, workgroup: place.workgroup, patienceMs, rights };
    const large = Object.fromEntries(largeSteps.map((each) => [each, functions.byName[each]]));
    const task = new StitchTask(this, 'Task', { ...given, functions: large });
    const run = this.#addMachines(name, functions.byName, task, statements);
    const { 'launch-run': launch, 'look-after-runs': lookAfter } = byName;
    const schedules = new RunSchedules(this, 'Schedules', { place, launch, lookAfter });
    if (props.environment === 'production') {
      const { deadLetters } = schedules;
      new ArrivalStarts(this, 'Arrivals', {
        name,
        bucket: place.bucket,
        noteArrival: byName['note-arrival'],
        deadLetters,
      });
    }
    new AccessRole(this, 'Access', { stage, place, rights, hasSftpSite: sftpOf(props) !== undefined });
    const planTables = byName['plan-tables'];
    const tidying = new WeeklyTidying(this, 'Tidying', { name, planTables, statements, schedules }).machine;
    const streams = new StreamFiles(this, 'Streams', { place, closeFiles: byName['close-stream-files'] });
    const noteEnd = byName['note-run-end'];
    new Watch(this, 'Watch', { stage, name, run: run.machine, tidying, noteEnd, schedules, streams });
    this.#prepare(byName['prepare-environment'], tenant).node.addDependency(schedules);
    new CfnOutput(this, 'MachineArn', { value: run.machine.stateMachineArn });
    new CfnOutput(this, 'LaunchRunName', { value: launch.functionName });
  }

  /** The machines of a run; `run-courier-group` runs the others. */
  #addMachines(
    name: string,
    functions: Readonly<Record<Step, LambdaFunction>>,
    task: StitchTask,
    statements: AslStateMachineProps['statements'],
  ): AslStateMachine {
    const machine = (
      file: string,
      substitutions: AslStateMachineProps['substitutions'],
      more: { task?: StitchTask } = {},
    ) =>
      new AslStateMachine(this, file, {
        file,
        stateMachineName: `${name}-${file}`,
        substitutions,
        statements,
        ...more,
      });
    const take = (...names: Step[]) => Object.fromEntries(names.map((each) => [each, functions[each]]));
    const runs = {
      ...take('start-run', 'pull-files', 'plan-loads', 'settle-loads', 'measure-stitch', 'finish-run', 'fail-run'),
      'load-feed': machine('load-feed', {
        ...take('publish-feed'),
        'load-files': machine('load-files', take('read-file', 'merge-rows'), { task }),
      }),
      'build-database': machine('build-database', take('plan-database', 'build-table', 'publish-database')),
      stitch: machine(
        'stitch',
        {
          ...take('prepare-stitch', 'run-stitch'),
          'stitch-distributed': machine('stitch-distributed', take('spread-stitch', 'stitch-piece')),
        },
        { task },
      ),
    };
    return machine('run-courier-group', runs, { task });
  }

  /** Runs once an environment is there, and again when its function's code is another. */
  #prepare(prepare: LambdaFunction, { administrator }: TenantConfig): CustomResource {
    return new CustomResource(this, 'Prepared', {
      resourceType: 'Custom::TributaryEnvironment',
      serviceToken: prepare.functionArn,
      serviceTimeout: Duration.minutes(6),
      properties: { ...(administrator !== undefined && { administrator }), code: codeOf(prepare) },
    });
  }
}

/** Names the function's code, and so is another when the code is. */
const codeOf = (made: LambdaFunction): string | undefined => {
  const { code } = made.node.defaultChild as CfnFunction;
  return 's3Key' in code ? code.s3Key : undefined;
};
