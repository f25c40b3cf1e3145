import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { StatelessStack } from '../../infra/stacks/stateless.ts';
import type { CouriersConfig } from '../../infra/stage-config.ts';
import { configOf, courierNetwork, unbundledApp } from './synthesis.ts';

const roles = ['arn:aws:iam::111122223333:role/partner'];

/** What works on an environment with such couriers. */
function stackWith(couriers: CouriersConfig): Template {
  const tenant = { name: 'acme', environments: ['production'], couriers: { production: couriers } };
  const of = { stage: 'emulator', config: configOf('emulator'), tenant, environment: 'production' };
  return Template.fromStack(new StatelessStack(unbundledApp(), 'acme', of));
}

let connected: Template;
let plain: Template;

beforeAll(() => {
  connected = stackWith({ roles, network: courierNetwork });
  plain = stackWith({});
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
    expect(assuming.map(([name]) => name).sort()).toEqual(['Functionstestconnection', 'Stepspullfiles']);
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

  it('have interfaces of that network made by Lambda, and make none themselves', () => {
    const effects = granted(connected, 'ec2:CreateNetworkInterface').map(([, { Effect }]) => Effect);
    expect(effects.sort()).toEqual(['Allow', 'Allow', 'Deny', 'Deny']);
    expect(granted(plain, 'ec2:CreateNetworkInterface')).toEqual([]);
  });
});
