import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { schemas } from '../../core/contracts/catalog.ts';
import { clockOf, databaseName, type Place } from '../../core/contracts/deployment.ts';
import { acknowledgeWildcards } from './acknowledge.ts';

/** Something of an environment that a function may be let to. */
export type Right = 'objects' | 'tables' | 'runs' | 'schedules';

/** The rights to one environment, by name: what is granted here never reaches into another. */
export class EnvironmentRights extends Construct {
  readonly #place: Place;

  constructor(scope: Construct, id: string, place: Place) {
    super(scope, id);
    this.#place = place;
  }

  grant(role: IRole, rights: readonly Right[]): void {
    const statements = {
      objects: () => this.#objects(),
      tables: () => this.#tables(),
      runs: () => this.#runs(),
      schedules: () => this.#schedules(),
    };
    const granted = rights.flatMap((right) => statements[right]());
    for (const statement of granted) role.addToPrincipalPolicy(statement);
    acknowledgeWildcards(
      role,
      granted.flatMap((statement) => statement.resources),
      'Objects, tables, executions and schedules of one environment are made at run time: no template knows the ends of their names.',
    );
  }

  /** Reading and writing the lake. */
  #objects(): PolicyStatement[] {
    const lake = this.#arn('s3', { region: '', account: '', resource: this.#place.bucket, flat: true });
    return [
      new PolicyStatement({
        actions: ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
        resources: [lake],
      }),
      new PolicyStatement({
        actions: [
          's3:GetObject',
          's3:PutObject',
          's3:DeleteObject',
          's3:AbortMultipartUpload',
          's3:ListMultipartUploadParts',
        ],
        resources: [`${lake}/*`],
      }),
    ];
  }

  /** Queries in the work group, over the three databases. Athena reads and writes the lake as who asks it to. */
  #tables(): PolicyStatement[] {
    const databases = schemas.map((schema) => databaseName(this.#place, schema));
    return [
      new PolicyStatement({
        actions: [
          'athena:StartQueryExecution',
          'athena:GetQueryExecution',
          'athena:BatchGetQueryExecution',
          'athena:GetQueryResults',
          'athena:StopQueryExecution',
          'athena:GetWorkGroup',
        ],
        resources: [this.#arn('athena', { resource: 'workgroup', name: this.#place.workgroup })],
      }),
      new PolicyStatement({
        actions: ['athena:GetDataCatalog'],
        resources: [this.#arn('athena', { resource: 'datacatalog', name: 'AwsDataCatalog' })],
      }),
      new PolicyStatement({
        actions: [
          'glue:GetDatabase',
          'glue:GetTable',
          'glue:GetTables',
          'glue:GetPartition',
          'glue:GetPartitions',
          'glue:CreateTable',
          'glue:UpdateTable',
          'glue:DeleteTable',
          'glue:BatchCreatePartition',
        ],
        resources: [
          this.#arn('glue', { resource: 'catalog' }),
          ...databases.map((name) => this.#arn('glue', { resource: 'database', name })),
          ...databases.map((name) => this.#arn('glue', { resource: 'table', name: `${name}/*` })),
        ],
      }),
    ];
  }

  /** Starting, following and stopping runs. */
  #runs(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [this.#place.machine],
      }),
      new PolicyStatement({
        actions: [
          'states:DescribeExecution',
          'states:GetExecutionHistory',
          'states:StopExecution',
          'states:RedriveExecution',
        ],
        resources: [this.#executions()],
      }),
    ];
  }

  /** Making, changing and removing what starts runs, each of which calls `launch-run` in the one role of schedules. */
  #schedules(): PolicyStatement[] {
    const { group, role } = clockOf(this.#place);
    return [
      new PolicyStatement({
        actions: ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule'],
        resources: [this.#arn('scheduler', { resource: 'schedule', name: `${group}/*` })],
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: [role],
        conditions: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
      }),
    ];
  }

  #executions(): string {
    return `${this.#place.machine.replace(':stateMachine:', ':execution:')}:*`;
  }

  #arn(
    service: string,
    of: { resource: string; name?: string; region?: string; account?: string; flat?: boolean },
  ): string {
    return Stack.of(this).formatArn({
      service,
      resource: of.resource,
      ...(of.name !== undefined && { resourceName: of.name }),
      ...(of.region !== undefined && { region: of.region }),
      ...(of.account !== undefined && { account: of.account }),
      ...(of.flat && { arnFormat: ArnFormat.NO_RESOURCE_NAME }),
    });
  }
}
