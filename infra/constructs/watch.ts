import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { alarmsTopicName } from '../names.ts';
import { EnvironmentDashboard } from './environment-dashboard.ts';
import type { RunSchedules } from './run-schedules.ts';
import type { StreamFiles } from './stream-files.ts';

export interface WatchProps {
  stage: string;
  /** Name of the environment's place. */
  name: string;
  run: StateMachine;
  tidying: StateMachine;
  /** Marks the record of a run that ended from outside, and starts what comes after it. */
  noteEnd: LambdaFunction;
  schedules: RunSchedules;
  streams: StreamFiles;
}

/** What an alarm is about, by its section in docs/runbook.md. */
export const alarms = {
  'failed-run': 'a run failed or timed out, or the tidying of tables',
  'missed-schedule': 'a schedule could not start its run',
  'missed-slots': 'a slot of a schedule came and no run was started at it',
  'missing-files': 'a run went on without a required file',
  'slow-run': 'a run takes, or took, longer than its courier group says',
  'dead-letters': 'starts of runs lie among the dead letters',
  'quarantine-rate': 'more than a twentieth of the rows that were read went to quarantine',
  'unloaded-files': 'a file of more than a day ago was not loaded when a run began',
  'unclosed-payloads': 'what a stream took has waited for more than ten minutes to become a file',
  'stream-dead-letters': 'of something that a stream took no file could be made',
} as const;

export type AlarmName = keyof typeof alarms;

/** Tells people what goes wrong in an environment: alarms, each with its section of the runbook, and failed runs by event. */
export class Watch extends Construct {
  readonly #topic: ITopic;
  readonly #props: WatchProps;

  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    this.#props = props;
    const topicArn = Stack.of(this).formatArn({ service: 'sns', resource: alarmsTopicName(props.stage) });
    this.#topic = Topic.fromTopicArn(this, 'Topic', topicArn);
    const metrics = metricsOf(props);
    const limits: Record<AlarmName, number> = {
      'failed-run': 0,
      'missed-schedule': 0,
      'missed-slots': 0,
      'missing-files': 0,
      'slow-run': 0,
      'dead-letters': 0,
      'quarantine-rate': 0.05,
      'unloaded-files': Duration.days(1).toSeconds(),
      'unclosed-payloads': Duration.minutes(10).toSeconds(),
      'stream-dead-letters': 0,
    };
    for (const name of Object.keys(alarms) as AlarmName[]) this.#addAlarm(name, metrics[name], limits[name]);
    this.#tellFailedRuns();
    new EnvironmentDashboard(this, 'Dashboard', { name: props.name, run: props.run, metrics });
  }

  #addAlarm(name: AlarmName, metric: IMetric, above: number): void {
    const alarm = new Alarm(this, name, {
      alarmName: `${this.#props.name}-${name}`,
      alarmDescription: `${this.#props.name}: ${alarms[name]}. See docs/runbook.md#${name}`,
      metric,
      threshold: above,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    alarm.addAlarmAction(new SnsAction(this.#topic));
  }

  /** A run that a person stopped is marked as the others are, but nobody is called for it. */
  #tellFailedRuns(): void {
    const { name, run, tidying, noteEnd } = this.#props;
    const ended = (machines: StateMachine[], ...status: string[]): EventPattern => ({
      source: ['aws.states'],
      detailType: ['Step Functions Execution Status Change'],
      detail: { stateMachineArn: machines.map((machine) => machine.stateMachineArn), status },
    });
    new Rule(this, 'FailedRuns', {
      ruleName: ruleName(name),
      description: `Tells of each run of ${name} that failed, and of tables that could not be tidied`,
      eventPattern: ended([run, tidying], 'FAILED', 'TIMED_OUT'),
      targets: [new SnsTopic(this.#topic)],
    });
    new Rule(this, 'EndedRuns', {
      ruleName: `${name}-ended-runs`,
      description: `Marks each run of ${name} that ended, and starts the one that is owed next`,
      eventPattern: ended([run], 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'),
      targets: [new LambdaTarget(noteEnd, { retryAttempts: 10 })],
    });
  }
}

function metricsOf({ name, schedules, streams }: WatchProps): Record<AlarmName, IMetric> {
  const metric = (namespace: string, metricName: string, dimensionsMap: Record<string, string>, statistic: string) =>
    new Metric({ namespace, metricName, dimensionsMap, statistic, period: Duration.minutes(5) });
  const ours = (metricName: string) => metric('Tributary', metricName, { environment: name }, 'Maximum');
  const group = { ScheduleGroup: schedules.group.scheduleGroupName };
  return {
    // Failed and timed out alike: events that a rule hears.
    'failed-run': metric('AWS/Events', 'MatchedEvents', { RuleName: ruleName(name) }, 'Sum'),
    'missed-schedule': metric('AWS/Scheduler', 'InvocationDroppedCount', group, 'Sum'),
    'missed-slots': ours('MissedSlots'),
    'missing-files': ours('MissingFiles'),
    'slow-run': ours('SlowRuns'),
    'dead-letters': schedules.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
    'quarantine-rate': ours('QuarantineRate'),
    'unloaded-files': ours('OldestUnloadedFileAge'),
    'unclosed-payloads': streams.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
    'stream-dead-letters': streams.deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' }),
  };
}

const ruleName = (name: string): string => `${name}-failed-runs`;
