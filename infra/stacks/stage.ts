import type { Environment } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { placeName } from '../../core/contracts/deployment.ts';
import type { StageConfig } from '../stage-config.ts';
import { environmentsOf } from './environments-of.ts';
import { PlatformStack } from './platform.ts';
import { StatefulStack } from './stateful.ts';
import { StatelessStack } from './stateless.ts';

/** Adds the stacks of one stage: two for each environment of each tenant, and what tenants share, which it returns. */
export function addStacks(scope: Construct, stage: string, config: StageConfig): PlatformStack {
  const env: Environment = {
    ...(config.account !== undefined && { account: config.account }),
    ...(config.region !== undefined && { region: config.region }),
  };
  const platform = new PlatformStack(scope, `tributary-${stage}-platform`, { env, stage, config });
  for (const { tenant, environment } of environmentsOf(config)) {
    const name = placeName(stage, { tenant: tenant.name, environment });
    const props = { env, stage, config, tenant, environment };
    const stateful = new StatefulStack(scope, `${name}-stateful`, {
      ...props,
      terminationProtection: config.protected,
    });
    const stateless = new StatelessStack(scope, `${name}-stateless`, props);
    // They know each other by name alone, and what is named must be there before: AWS asks for the API's role, which the
    // environment's trusts.
    stateless.addStackDependency(stateful);
    stateless.addStackDependency(platform);
  }
  return platform;
}
