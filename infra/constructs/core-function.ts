import { ArnFormat, Duration, type Size, Stack } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  type ILayerVersion,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { copyBundle } from '../bundling/bundles.ts';
import { localZip } from '../bundling/local-zip.ts';
import type { CourierNetwork, StageConfig } from '../stage-config.ts';
import { acknowledge } from './acknowledge.ts';
import { ExpiringLog } from './expiring-log.ts';

export interface CoreFunctionProps {
  /** Folder of its handler in `lambdas/`. */
  lambda: string;
  description: string;
  /** Start of its name and of its log group's. */
  place: string;
  architecture: StageConfig['architecture'];
  memory: number;
  /** Lambda allows 15. */
  minutes: number;
  scratch?: Size;
  environment: Readonly<Record<string, string>>;
  layers?: readonly ILayerVersion[];
  /** Part of a VPC that it works in; left out: none. */
  network?: CourierNetwork;
}

/** What AWS's SDK reads: with three attempts, its default, a busy bucket or service would fail a run within two seconds. */
export const sdkVariables = { AWS_MAX_ATTEMPTS: '8' };

/** A function of `lambdas/`: one bundle with all that it needs, one role, one log that ends. */
export class CoreFunction extends LambdaFunction {
  declare readonly role: IRole;

  constructor(scope: Construct, id: string, props: CoreFunctionProps) {
    const log = new ExpiringLog(scope, `${id}Log`, `/tributary/${props.place}/${props.lambda}`);
    const name = `${props.place}-${props.lambda}`;
    const role = new Role(scope, `${id}Role`, {
      roleName: name,
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    log.grantWrite(role);
    super(scope, id, {
      functionName: name,
      description: props.description,
      code: localZip([props.lambda], (output) => copyBundle(props.lambda, output)),
      ...(props.layers && { layers: [...props.layers] }),
      handler: 'handler.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      memorySize: props.memory,
      timeout: Duration.minutes(props.minutes),
      ...(props.scratch && { ephemeralStorageSize: props.scratch }),
      environment: { ...props.environment, ...sdkVariables, NODE_OPTIONS: '--enable-source-maps' },
      logGroup: log,
      role,
    });
    if (props.network) this.#enter(props.network, name);
  }

  /** Lambda makes interfaces of the network in the function's role, which is to do nothing else with that. */
  #enter({ subnets, securityGroup }: CourierNetwork, name: string): void {
    const made = this.node.defaultChild as CfnFunction;
    made.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [securityGroup] };
    const rights = { actions: interfaceActions, resources: ['*'] };
    const self = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: name,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.addToRolePolicy(new PolicyStatement(rights));
    this.addToRolePolicy(
      new PolicyStatement({
        ...rights,
        effect: Effect.DENY,
        conditions: { ArnEquals: { 'lambda:SourceFunctionArn': self } },
      }),
    );
    acknowledge(this.role, {
      'AwsSolutions-IAM5[Resource::*]':
        'AWS grants looking at network interfaces on all resources only; the code of the function itself is denied it.',
    });
  }
}

const interfaceActions = [
  'ec2:CreateNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:DeleteNetworkInterface',
  'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
];
