import { Dashboard, GraphWidget, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';

export interface EnvironmentDashboardProps {
  name: string;
  run: StateMachine;
  /** What is watched, by what it is called. */
  metrics: Readonly<Record<string, IMetric>>;
}

/** One page of an environment: its runs, and everything that an alarm watches. */
export class EnvironmentDashboard extends Construct {
  constructor(scope: Construct, id: string, { name, run, metrics }: EnvironmentDashboardProps) {
    super(scope, id);
    const runs = [run.metricStarted(), run.metricSucceeded(), run.metricFailed()];
    new Dashboard(this, 'Page', {
      dashboardName: name,
      widgets: [
        [
          new GraphWidget({ title: 'Runs', left: runs, width: 12 }),
          new GraphWidget({ title: 'How long a run takes', left: [run.metricTime()], width: 12 }),
        ],
        Object.entries(metrics).map(([title, metric]) => new GraphWidget({ title, left: [metric], width: 8 })),
      ],
    });
  }
}
