import { readFileSync } from 'node:fs';
import { Stack } from 'aws-cdk-lib';
import {
  ContainerImage,
  CpuArchitecture,
  FargateTaskDefinition,
  LogDriver,
  OperatingSystemFamily,
} from 'aws-cdk-lib/aws-ecs';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnFunction, CfnLayerVersion, Function as LambdaFunction, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { transformSync } from 'esbuild';
import { courierRolesVariable, type Place, placeName, placeVariables } from '../../core/contracts/deployment.ts';
import { largeRights } from '../functions.ts';
import { type TaskNetworkId, taskClusterName, taskNetworkParameter } from '../names.ts';
import { projectPath } from '../paths.ts';
import type { CouriersConfig, StageConfig } from '../stage-config.ts';
import { acknowledge } from './acknowledge.ts';
import type { EnvironmentRights } from './environment-rights.ts';
import { ExpiringLog } from './expiring-log.ts';

/** Has Node, and a C library that DuckDB's binding runs on. */
const IMAGE = 'public.ecr.aws/docker/library/node:24-bookworm-slim';

/** What the container is started with: Node, and what to do as text. */
export function taskCommand(): [string, ...string[]] {
  const text = readFileSync(projectPath('infra/task/runtime.mjs'), 'utf8');
  // CloudFormation would take a template literal for a name of its own.
  const { code } = transformSync(text, { minify: true, supported: { 'template-literal': false } });
  return ['node', '--enable-source-maps', '--input-type=module', '--eval', code];
}

export interface StitchTaskProps {
  stage: string;
  config: StageConfig;
  place: Place;
  rights: EnvironmentRights;
  couriers: CouriersConfig;
  /** Those that the task stands for when their work is too much for them, by the folder of their step. */
  functions: Readonly<Record<string, LambdaFunction>>;
  /** Layers of those that read SQL, and of those that DuckDB runs in. */
  parser: LayerVersion;
  engine: LayerVersion;
}

/**
 * Functions of one environment in a container, where they have more time, memory and disk: the same zips, on a stock image of
 * Node. The state machine says which, and of what size the task is.
 */
export class StitchTask extends Construct {
  /** What a state machine's file calls it, and what that stands for. */
  readonly substitutions: Readonly<Record<string, string>>;
  readonly #definition: FargateTaskDefinition;
  readonly #cluster: string;

  constructor(scope: Construct, id: string, props: StitchTaskProps) {
    super(scope, id);
    const { stage, config, place } = props;
    const family = `${placeName(stage, place)}-task`;
    this.#cluster = taskClusterName(stage);
    this.#definition = new FargateTaskDefinition(this, 'Definition', {
      family,
      // What a state machine doesn't say.
      cpu: 4096,
      memoryLimitMiB: 8192,
      taskRole: this.#addRole('Role', family),
      executionRole: this.#addRole('ExecutionRole', `${family}-execution`),
      runtimePlatform: {
        cpuArchitecture: config.architecture === 'arm64' ? CpuArchitecture.ARM64 : CpuArchitecture.X86_64,
        operatingSystemFamily: OperatingSystemFamily.LINUX,
      },
    });
    this.#addContainer(props);
    this.#grantWork(props);
    this.substitutions = {
      'task-cluster': this.#cluster,
      'task-definition': family,
      'task-subnet-a': this.#networkId(stage, 'subnet-a'),
      'task-subnet-b': this.#networkId(stage, 'subnet-b'),
      'task-security-group': this.#networkId(stage, 'security-group'),
      ...this.#courierNetwork(props),
    };
  }

  /** What a machine's role needs to run the task and wait for its end, which a rule of EventBridge tells that AWS makes itself. */
  statementsToRun(): PolicyStatement[] {
    const { taskRole, executionRole, family } = this.#definition;
    const roles = [taskRole, executionRole].flatMap((role) => (role ? [role.roleArn] : []));
    return [
      new PolicyStatement({
        actions: ['ecs:RunTask'],
        resources: [this.#arn('ecs', 'task-definition', `${family}:*`)],
      }),
      new PolicyStatement({
        actions: ['ecs:StopTask', 'ecs:DescribeTasks'],
        resources: [this.#arn('ecs', 'task', `${this.#cluster}/*`)],
      }),
      new PolicyStatement({
        actions: ['iam:PassRole'],
        resources: roles,
        conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      }),
      new PolicyStatement({
        actions: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
        resources: [this.#arn('events', 'rule', 'StepFunctionsGetEventsForECSTaskRule')],
      }),
    ];
  }

  #addRole(id: string, roleName: string): Role {
    return new Role(this, id, { roleName, assumedBy: new ServicePrincipal('ecs-tasks.amazonaws.com') });
  }

  #addContainer({ stage, place, couriers, functions, parser, engine }: StitchTaskProps): void {
    const logGroup = new ExpiringLog(this, 'Log', `/tributary/${placeName(stage, place)}/task`);
    const zips = (each: LambdaFunction) => [each, parser, engine].map((one) => this.#zipOf(one).address);
    const bundles = Object.entries(functions).map(([step, each]) => [step, zips(each)]);
    this.#definition.addContainer('step', {
      image: ContainerImage.fromRegistry(IMAGE),
      command: taskCommand(),
      user: 'node',
      logging: LogDriver.awsLogs({ logGroup, streamPrefix: 'task' }),
      environment: {
        [placeVariables.one]: Stack.of(this).toJsonString(place),
        [courierRolesVariable]: JSON.stringify(couriers.roles ?? []),
        TRIBUTARY_BUNDLES: Stack.of(this).toJsonString(Object.fromEntries(bundles)),
      },
    });
    acknowledge(this.#definition, {
      'AwsSolutions-ECS2': 'The environment says where the step works, as it does of a function; no secret is in it.',
    });
  }

  /** The rights of all its functions, and to their zips. */
  #grantWork({ rights, functions, parser, engine }: StitchTaskProps): void {
    const { taskRole } = this.#definition;
    rights.grant(taskRole, largeRights);
    const resources = [...Object.values(functions), parser, engine].map((each) => this.#zipOf(each).arn);
    taskRole.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources }));
  }

  #zipOf(of: LambdaFunction | LayerVersion): { address: string; arn: string } {
    const { s3Bucket, s3Key } = zipIn(of.node.defaultChild as CfnFunction | CfnLayerVersion);
    const { region, partition, urlSuffix } = Stack.of(this);
    return {
      address: `https://s3.${region}.${urlSuffix}/${s3Bucket}/${s3Key}`,
      arn: `arn:${partition}:s3:::${s3Bucket}/${s3Key}`,
    };
  }

  /** Where a task that pulls files is: with the couriers. In the network of tasks it reaches sources at any port. */
  #courierNetwork({ stage, couriers: { network } }: StitchTaskProps): Record<string, string> {
    const [a, b] = network?.subnets ?? [this.#networkId(stage, 'subnet-a'), this.#networkId(stage, 'subnet-b')];
    return {
      'courier-subnet-a': a,
      'courier-subnet-b': b,
      'courier-security-group': network?.securityGroup ?? this.#networkId(stage, 'courier-security-group'),
      'courier-public-ip': network ? 'DISABLED' : 'ENABLED',
    };
  }

  #networkId(stage: string, id: TaskNetworkId): string {
    return StringParameter.valueForStringParameter(this, taskNetworkParameter(stage, id));
  }

  #arn(service: string, resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service, resource, resourceName });
  }
}

const zipIn = (made: CfnFunction | CfnLayerVersion) =>
  ('content' in made ? made.content : made.code) as CfnLayerVersion.ContentProperty;
