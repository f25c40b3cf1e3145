import type { App } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { StatelessStack } from '../../infra/stacks/stateless.ts';
import type { CouriersConfig } from '../../infra/stage-config.ts';
import { configOf, courierNetwork, unbundledApp } from './synthesis.ts';

const roles = ['arn:aws:iam::111122223333:role/partner'];

/** What works on an environment with such couriers. */
function stackWith(app: App, id: string, couriers: CouriersConfig): StatelessStack {
  const tenant = { name: 'acme', environments: ['production'], couriers: { production: couriers } };
  const of = { stage: 'emulator', config: configOf('emulator'), tenant, environment: 'production' };
  return new StatelessStack(app, id, of);
}

let connected: Template;
let plain: Template;

beforeAll(() => {
  // Both before the first is synthesised, and the app with it.
  const app = unbundledApp();
  const stacks = [
    stackWith(app, 'connected', { roles, network: courierNetwork }),
    stackWith(app, 'plain', {}),
  ] as const;
  [connected, plain] = [Template.fromStack(stacks[0]), Template.fromStack(stacks[1])];
});

interface Statement {
  Action: string | string[];
  Effect: string;
  Resource: unknown;
}

/** Whose policies have a statement of an action, and these statements. */
function granted(template: Template, action: string): [string, Statement][] {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'));
  return policies.flatMap(({ Properties }) =>
    (Properties.PolicyDocument.Statement as Statement[])
      .filter(({ Action }) => [Action].flat().includes(action))
      .map((statement): [string, Statement] => [String(Properties.PolicyName).replace(/Role.*/, ''), statement]),
  );
}

const inNetwork = (template: Template): string[] =>
  Object.values(template.findResources('AWS::Lambda::Function', { Properties: { VpcConfig: Match.anyValue() } })).map(
    ({ Properties }) => String(Properties.FunctionName).replace('tributary-emulator-acme-production-', ''),
  );

describe('the couriers of an environment', () => {
  it('take on the roles that its configuration names, and no others', () => {
    const assuming = granted(connected, 'sts:AssumeRole');
    expect(assuming.map(([name]) => name).sort()).toEqual(['Functionstestconnection', 'Stepspullfiles', 'Task']);
    for (const [, { Resource }] of assuming) expect(Resource).toBe(roles[0]);
    expect(granted(plain, 'sts:AssumeRole')).toEqual([]);
  });

  it('are in the network that its configuration names, where it names one, and nothing else is', () => {
    expect(inNetwork(connected).sort()).toEqual(['pull-files', 'test-connection']);
    const { subnets, securityGroup } = courierNetwork;
    connected.hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'tributary-emulator-acme-production-pull-files',
      VpcConfig: { SubnetIds: subnets, SecurityGroupIds: [securityGroup] },
    });
    expect(inNetwork(plain)).toEqual([]);
  });

  it('pull what is too large from where they are', () => {
    const [first, second] = courierNetwork.subnets;
    const where = (template: Template) => {
      const name = 'tributary-emulator-acme-production-run-courier-group';
      const [machine] = Object.values(
        template.findResources('AWS::StepFunctions::StateMachine', { Properties: { StateMachineName: name } }),
      );
      const of = machine?.Properties.DefinitionSubstitutions;
      return ['subnet-a', 'subnet-b', 'security-group', 'public-ip'].map((one) => of[`courier-${one}`]);
    };
    expect(where(connected)).toEqual([first, second, courierNetwork.securityGroup, 'DISABLED']);
    expect(where(plain).at(-1)).toBe('ENABLED');
  });

  it('have interfaces of that network made by Lambda, and make none themselves', () => {
    const effects = granted(connected, 'ec2:CreateNetworkInterface').map(([, { Effect }]) => Effect);
    expect(effects.sort()).toEqual(['Allow', 'Allow', 'Deny', 'Deny']);
    expect(granted(plain, 'ec2:CreateNetworkInterface')).toEqual([]);
  });
});
