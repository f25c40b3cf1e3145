import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Schedule, ScheduleExpression, ScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { clockOf, deadLettersName, type Place, scheduleRoleName } from '../../core/contracts/deployment.ts';
import { acknowledge } from './acknowledge.ts';

export interface RunSchedulesProps {
  place: Place;
  launch: LambdaFunction;
  lookAfter: LambdaFunction;
}

/**
 * What the schedules of an environment are made with; they themselves follow its configuration. A start that can't be made is
 * kept as a dead letter.
 */
export class RunSchedules extends Construct {
  readonly group: ScheduleGroup;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { place, launch, lookAfter }: RunSchedulesProps) {
    super(scope, id);
    this.group = new ScheduleGroup(this, 'Group', {
      scheduleGroupName: clockOf(place).group,
      // Its schedules are made of the configuration: kept, they would call a function that is gone, and bar the next deploy.
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: deadLettersName(place),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetters, { 'AwsSolutions-SQS3': 'It is a queue of dead letters itself.' });
    // A schedule counts as kept once the function is asked; what comes of that is the function's to report.
    launch.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
      onFailure: new SqsDestination(this.deadLetters),
    });
    this.#addLooks(lookAfter, this.#addRole(place, [launch, lookAfter]));
  }

  /** At the moments that clocks are put forward: EventBridge starts nothing that is due in the hour that they jump over. */
  #addLooks(lookAfter: LambdaFunction, role: Role): void {
    new Schedule(this, 'Looks', {
      // No courier group has a dot in its name.
      scheduleName: 'look-after-runs.half-hourly',
      scheduleGroup: this.group,
      schedule: ScheduleExpression.cron({ minute: '0,30' }),
      // Left to itself the target grants every version of the function, too.
      target: new LambdaInvoke(lookAfter, { deadLetterQueue: this.deadLetters, role: role.withoutPolicyUpdates() }),
    });
  }

  #addRole(place: Place, functions: readonly LambdaFunction[]): Role {
    const role = new Role(this, 'Role', {
      roleName: scheduleRoleName(place),
      description: 'Schedules of runs, on their way to start one',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { ArnEquals: { 'aws:SourceArn': this.group.scheduleGroupArn } },
      }),
    });
    const resources = functions.map(({ functionArn }) => functionArn);
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
    role.addToPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetters.queueArn] }));
    return role;
  }
}
