import { App, type AppProps } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { stages } from '../../infra/config.ts';
import { addStacks } from '../../infra/stacks/stage.ts';
import type { CourierNetwork, FederationConfig, StageConfig } from '../../infra/stage-config.ts';

/** An app whose functions aren't bundled, which a template does not show. */
export const unbundledApp = (props: AppProps = {}): App =>
  new App({ ...props, context: { 'aws:cdk:bundling-stacks': [] } });

/** Templates of a stage's stacks, by name without the stage. */
export function synthesise(stage: string, config: StageConfig = configOf(stage)): Record<string, Template> {
  const app = unbundledApp();
  addStacks(app, stage, config);
  const { stacks } = app.synth();
  return Object.fromEntries(
    stacks.map(({ stackName, template }) => [
      stackName.replace(`tributary-${stage}-`, ''),
      Template.fromJSON(template as Record<string, unknown>),
    ]),
  );
}

/** A company directory that people of the stage `emulator` may sign in by. */
export const federation: FederationConfig = {
  kind: 'saml',
  name: 'Corp',
  metadataUrl: 'https://login.example.com/metadata',
  groupsAttribute: 'memberOf',
  groups: { 'CDP Admins': { policies: ['datagrid-administrator'], tenants: ['acme'] } },
};

/** A network of the account that couriers may be in. */
export const courierNetwork: CourierNetwork = {
  subnets: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
  securityGroup: 'sg-0123456789abcdef0',
};

export function configOf(stage: string): StageConfig {
  const config = stages[stage];
  if (!config) throw new Error(`no stage ${stage}`);
  return config;
}
