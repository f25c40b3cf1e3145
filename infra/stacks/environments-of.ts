import type { StageConfig, TenantConfig } from '../stage-config.ts';

/** Each environment of each tenant of a stage. */
export const environmentsOf = (config: StageConfig): { tenant: TenantConfig; environment: string }[] =>
  config.tenants.flatMap((tenant) => tenant.environments.map((environment) => ({ tenant, environment })));
