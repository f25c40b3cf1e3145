import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, type ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { AslStateMachine, type AslStateMachineProps } from './asl-state-machine.ts';

export interface WeeklyTidyingProps {
  /** Name of the environment's place. */
  name: string;
  planTables: LambdaFunction;
  statements: AslStateMachineProps['statements'];
  schedules: { group: ScheduleGroup; deadLetters: Queue };
}

/** Tidies the domain tables of an environment in the night to Sunday (UTC). It needs no lease: see decision 15. */
export class WeeklyTidying extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, { name, planTables, statements, schedules }: WeeklyTidyingProps) {
    super(scope, id);
    const substitutions = { 'plan-tables': planTables };
    const file = 'tidy-tables';
    this.machine = new AslStateMachine(this, file, {
      file,
      stateMachineName: `${name}-${file}`,
      substitutions,
      statements,
    }).machine;
    new Schedule(this, 'Weekly', {
      // No courier group has a dot in its name.
      scheduleName: 'tidy-tables.weekly',
      scheduleGroup: schedules.group,
      schedule: ScheduleExpression.cron({ weekDay: 'SUN', hour: '3', minute: '0' }),
      target: new StepFunctionsStartExecution(this.machine, { deadLetterQueue: schedules.deadLetters }),
    });
  }
}
