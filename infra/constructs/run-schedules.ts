import { Duration, TimeZone } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ScheduleConfig } from '../stage-config.ts';
import { acknowledge, acknowledgeWildcards } from './acknowledge.ts';

export interface RunSchedulesProps {
  /** Name of the schedule group, which is that of the environment's place. */
  name: string;
  launch: LambdaFunction;
  schedules: readonly ScheduleConfig[];
}

/** What starts runs of an environment by the clock. A start that can't be made is kept as a dead letter. */
export class RunSchedules extends Construct {
  readonly group: ScheduleGroup;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: RunSchedulesProps) {
    super(scope, id);
    this.group = new ScheduleGroup(this, 'Group', { scheduleGroupName: props.name });
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${props.name}-missed-schedules`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, { 'AwsSolutions-SQS3': 'It is a queue of dead letters itself.' });
    // A schedule counts as kept once the function is asked; what comes of that is the function's to report.
    props.launch.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(this.deadLetters),
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
    acknowledgeWildcards(
      role,
      [`${props.launch.functionArn}:*`],
      'CDK lets a schedule start any version of its function.',
    );
    for (const schedule of props.schedules) this.#add(schedule, props.launch, role);
  }

  #add(schedule: ScheduleConfig, launch: LambdaFunction, role: Role): void {
    new Schedule(this, `Schedule-${schedule.name}`, {
      scheduleName: schedule.name,
      scheduleGroup: this.group,
      schedule: ScheduleExpression.expression(schedule.expression, TimeZone.of(schedule.timeZone)),
      target: new LambdaInvoke(launch, {
        role,
        input: ScheduleTargetInput.fromObject({ courier_group: schedule.courierGroup }),
        deadLetterQueue: this.deadLetters,
        maxEventAge: Duration.hours(1),
        retryAttempts: 10,
      }),
    });
  }
}
