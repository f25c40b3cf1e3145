import { ArnFormat, Stack } from 'aws-cdk-lib';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { schemas } from '../../core/contracts/catalog.ts';
import {
  claimsPrefix,
  clockOf,
  connectionTestName,
  databaseName,
  type Place,
  parkedPrefix,
  sftpServerParameter,
  sftpUsersPrefix,
  streamQueueName,
} from '../../core/contracts/deployment.ts';
import { acknowledgeWildcards } from './acknowledge.ts';

/** Parts of the lake that a function may be let to write, without the rest: prefixes of its keys. */
const written = {
  /** What is noted of runs and their tasks, and who works. */
  notes: ['runs/', 'run-tasks/', 'leases/'],
  /** Which slots of schedules were kept. */
  slots: ['schedules/'],
  /** Files as they came, and those of streams, which are let go of when they are landed. */
  landings: ['landing/', 'landings/', 'streams/'],
  /** What was read of a file. */
  'rows-read': ['staged/', 'quarantine/', 'refused/'],
  /** What Stitch works on. */
  stitch: ['stitch/'],
  /** Tables of a run that are not shown yet. */
  candidates: ['candidates/'],
  /** What streams took. */
  'stream-files': ['streams/', claimsPrefix, parkedPrefix],
} as const;

type Written = keyof typeof written;

/** Something of an environment that a function may be let to; `objects` is reading and writing all of the lake. */
export type Right =
  | 'objects'
  | 'reading'
  | Written
  | 'tables'
  | 'runs'
  | 'secrets'
  | 'connections'
  | 'connection-tests'
  | 'pgp-keys'
  | 'sftp-server-id'
  | 'sftp-sign-in'
  | 'schedules'
  | 'streams';

/** The rights to one environment, by name: what is granted here never reaches into another. */
export class EnvironmentRights extends Construct {
  readonly #place: Place;
  readonly #courierRoles: readonly string[];

  /** `courierRoles` are the ARNs of those that connections may name. */
  constructor(scope: Construct, id: string, place: Place, courierRoles: readonly string[] = []) {
    super(scope, id);
    this.#place = place;
    this.#courierRoles = courierRoles;
  }

  grant(role: IRole, rights: readonly Right[]): void {
    const statements: Readonly<Record<Exclude<Right, Written>, () => PolicyStatement[]>> = {
      objects: () => [...this.#reading(), this.#writing([''])],
      reading: () => this.#reading(),
      tables: () => this.#tables(),
      runs: () => this.#runs(),
      secrets: () => this.#secrets(),
      connections: () => this.#connections(),
      'connection-tests': () => this.#connectionTests(),
      'pgp-keys': () => this.#pgpKeys(),
      'sftp-server-id': () => this.#sftpServerId(),
      'sftp-sign-in': () => this.#sftpSignIn(),
      schedules: () => this.#schedules(),
      streams: () => this.#streams(),
    };
    this.#add(
      role,
      rights.flatMap((right) => (isWritten(right) ? [this.#writing(written[right])] : statements[right]())),
    );
  }

  /** Telling of an SFTP server by its id, and changing the keys that it is known by. */
  grantSftpServer(role: IRole, id: string): void {
    const server = new PolicyStatement({
      actions: ['transfer:DescribeServer', 'transfer:ListHostKeys', 'transfer:ImportHostKey'],
      resources: [this.#arn('transfer', { resource: 'server', name: id })],
    });
    const keys = new PolicyStatement({
      actions: ['transfer:DeleteHostKey'],
      resources: [this.#arn('transfer', { resource: 'host-key', name: `${id}/*` })],
    });
    this.#add(role, [server, keys]);
  }

  #add(role: IRole, granted: PolicyStatement[]): void {
    for (const statement of granted) role.addToPrincipalPolicy(statement);
    acknowledgeWildcards(
      role,
      granted.flatMap((statement) => statement.resources),
      'Objects, tables, executions, secrets, keys and schedules of one environment are made at run time: no template knows the ends of their names.',
    );
  }

  #reading(): PolicyStatement[] {
    const lake = this.#lake();
    return [
      new PolicyStatement({
        actions: ['s3:ListBucket', 's3:GetBucketLocation', 's3:ListBucketMultipartUploads'],
        resources: [lake],
      }),
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${lake}/*`] }),
    ];
  }

  #writing(prefixes: readonly string[]): PolicyStatement {
    return new PolicyStatement({
      actions: ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
      resources: prefixes.map((prefix) => `${this.#lake()}/${prefix}*`),
    });
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
        actions: ['athena:GetDataCatalog', 'athena:GetTableMetadata', 'athena:ListTableMetadata'],
        resources: [this.#arn('athena', { resource: 'datacatalog', name: 'AwsDataCatalog' })],
      }),
      // Athena looks at this one before any statement, whichever database that names.
      new PolicyStatement({
        actions: ['glue:GetDatabase'],
        resources: [this.#arn('glue', { resource: 'database', name: 'default' })],
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

  /** Secrets whose names begin with the environment's. */
  #secrets(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: [
          'secretsmanager:CreateSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:DeleteSecret',
          'secretsmanager:RestoreSecret',
        ],
        resources: [this.#secretsBelow('')],
      }),
    ];
  }

  /** Signing in to sources: by secrets, and by the roles that the configuration names. */
  #connections(): PolicyStatement[] {
    const roles = new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [...this.#courierRoles] });
    return [this.#readingSecretsBelow('connections/'), ...(this.#courierRoles.length > 0 ? [roles] : [])];
  }

  /** Having a connection tried where its couriers work. */
  #connectionTests(): PolicyStatement[] {
    const name = connectionTestName(this.#place);
    const arn = this.#arn('lambda', { resource: 'function', name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    return [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [arn] })];
  }

  /** Reading the private keys that files are encrypted for. */
  #pgpKeys(): PolicyStatement[] {
    return [
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [this.#secretsBelow('pgp/')] }),
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

  /** Sending what a stream took. */
  #streams(): PolicyStatement[] {
    return [
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.#arn('sqs', { resource: streamQueueName(this.#place) })],
      }),
    ];
  }

  /** Knowing whether there is an SFTP site. */
  #sftpServerId(): PolicyStatement[] {
    const parameter = this.#arn('ssm', { resource: 'parameter', name: sftpServerParameter(this.#place).slice(1) });
    return [new PolicyStatement({ actions: ['ssm:GetParameter'], resources: [parameter] })];
  }

  /** Reading who the site lets in. Without the list S3 refuses an object that isn't there, instead of saying so. */
  #sftpSignIn(): PolicyStatement[] {
    const lake = this.#lake();
    return [
      new PolicyStatement({ actions: ['s3:ListBucket'], resources: [lake] }),
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${lake}/${sftpUsersPrefix}*`] }),
      this.#readingSecretsBelow('sftp/'),
    ];
  }

  #readingSecretsBelow(prefix: string): PolicyStatement {
    return new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [this.#secretsBelow(prefix)],
    });
  }

  #secretsBelow(prefix: string): string {
    return Stack.of(this).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${this.#place.workgroup}/${prefix}*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
  }

  #lake(): string {
    const arnFormat = ArnFormat.NO_RESOURCE_NAME;
    return this.#arn('s3', { region: '', account: '', resource: this.#place.bucket, arnFormat });
  }

  #executions(): string {
    return `${this.#place.machine.replace(':stateMachine:', ':execution:')}:*`;
  }

  #arn(
    service: string,
    of: { resource: string; name?: string; region?: string; account?: string; arnFormat?: ArnFormat },
  ): string {
    return Stack.of(this).formatArn({
      service,
      resource: of.resource,
      ...(of.name !== undefined && { resourceName: of.name }),
      ...(of.region !== undefined && { region: of.region }),
      ...(of.account !== undefined && { account: of.account }),
      ...(of.arnFormat !== undefined && { arnFormat: of.arnFormat }),
    });
  }
}

const isWritten = (right: Right): right is Written => right in written;

/** Prefixes of the keys that these rights let a function write. */
export const writtenBy = (rights: readonly Right[]): string[] =>
  rights.flatMap((right) => (isWritten(right) ? written[right] : right === 'objects' ? [''] : []));
