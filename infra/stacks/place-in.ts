import type { Stack } from 'aws-cdk-lib';
import { type Place, type Places, placeOf } from '../../core/contracts/deployment.ts';
import type { TenantConfig } from '../stage-config.ts';

/** Where the account and region of a stack put a stage. */
export const siteIn = ({ account, region, partition }: Stack, stage: string): Places['at'] => ({
  stage,
  account,
  region,
  partition,
});

/** The place of a tenant's environment in the account and region of a stack. */
export const placeIn = (stack: Stack, of: { stage: string; tenant: TenantConfig; environment: string }): Place =>
  placeOf(siteIn(stack, of.stage), { tenant: of.tenant.name, environment: of.environment });
