import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { largeSteps } from '../../infra/functions.ts';
import { synthesise } from './synthesis.ts';

let platform: Template;
let acme: Template;

beforeAll(() => {
  const stacks = synthesise('emulator');
  const [shared, own] = [stacks.platform, stacks['acme-production-stateless']];
  if (!shared || !own) throw new Error('a stack is missing');
  [platform, acme] = [shared, own];
});

describe('the network of tasks', () => {
  it('lets nothing in and HTTPS out, and costs nothing while no task runs', () => {
    platform.resourceCountIs('AWS::EC2::NatGateway', 0);
    platform.resourceCountIs('AWS::EC2::EIP', 0);
    platform.resourceCountIs('AWS::EC2::SecurityGroupIngress', 0);
    platform.hasResourceProperties('AWS::EC2::SecurityGroup', {
      SecurityGroupIngress: Match.absent(),
      SecurityGroupEgress: [Match.objectLike({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })],
    });
    platform.hasResourceProperties('AWS::EC2::VPCEndpoint', { VpcEndpointType: 'Gateway' });
  });

  it('is in zones that the deploy chooses, so that a synth asks nobody', () => {
    const zones = Object.values(platform.findResources('AWS::EC2::Subnet')).map(
      ({ Properties }) => Properties.AvailabilityZone,
    );
    expect(zones).toEqual([0, 1].map((n) => ({ 'Fn::Select': [n, { 'Fn::GetAZs': '' }] })));
  });

  it('is told to environments by parameters', () => {
    const told = Object.values(platform.findResources('AWS::SSM::Parameter')).map(({ Properties }) => Properties.Name);
    const asked = Object.values(acme.findParameters('*', { Type: 'AWS::SSM::Parameter::Value<String>' }));
    expect(asked.map(({ Default }) => Default)).toEqual(expect.arrayContaining(told));
  });
});

describe('the task of an environment', () => {
  it("runs the very zips of its functions, on the functions' processor", () => {
    const functions = Object.values(acme.findResources('AWS::Lambda::Function'));
    const zips = largeSteps.map(
      (step) => functions.find(({ Properties }) => `${Properties.FunctionName}`.endsWith(`-${step}`))?.Properties.Code,
    );
    const [task] = Object.values(acme.findResources('AWS::ECS::TaskDefinition'));
    const [container] = task?.Properties.ContainerDefinitions ?? [];
    const bundles = JSON.stringify(
      container.Environment.find(({ Name }: { Name: string }) => Name === 'TRIBUTARY_BUNDLES'),
    );
    for (const { S3Key } of zips) expect(bundles).toContain(`/${S3Key}`);
    expect(bundles).toContain('cdk-hnb659fds-assets-');
    expect(task?.Properties.RuntimePlatform.CpuArchitecture).toBe('X86_64');
    // CloudFormation takes what looks like a reference of its own for one.
    expect(container.Command.join(' ')).not.toContain('$' + '{');
  });

  it('may do what its functions may, read their zips, and nothing else', () => {
    const policies = Object.values(acme.findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties);
    const rightsOf = (name: RegExp): { Action: string | string[]; Resource: unknown }[] =>
      policies.find(({ PolicyName }) => name.test(PolicyName))?.PolicyDocument.Statement;
    const actions = (name: RegExp) => new Set(rightsOf(name).flatMap(({ Action }) => Action));
    const ofFunctions = largeSteps
      .flatMap((step) => [...actions(new RegExp(`^Steps${step.replaceAll('-', '')}Role`))])
      .filter((action) => !action.startsWith('logs:'));
    expect([...actions(/^TaskRole/)].sort()).toEqual([...new Set(ofFunctions)].sort());
    expect([...actions(/^TaskExecutionRole/)].sort()).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  it('is run by the machines that hand over to it, with its roles and no others', () => {
    const policies = Object.values(acme.findResources('AWS::IAM::Policy')).map(({ Properties }) => Properties);
    const running = policies.filter((policy) => JSON.stringify(policy).includes('ecs:RunTask'));
    expect(running.map(({ PolicyName }) => PolicyName.replace(/Machine.*/, '')).sort()).toEqual([
      'loadfiles',
      'runcouriergroup',
      'stitch',
    ]);
    const passed = running.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(({ Action }: { Action: string }) => Action === 'iam:PassRole'),
    );
    for (const { Resource, Condition } of passed) {
      expect(JSON.stringify(Resource)).not.toContain('*');
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } });
    }
  });
});
