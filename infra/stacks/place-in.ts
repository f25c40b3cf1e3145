import type { Stack } from 'aws-cdk-lib';
import { type Place, placeOf } from '../../core/contracts/deployment.ts';
import type { TenantConfig } from '../stage-config.ts';

/** The place of a tenant's environment in the account and region of a stack. */
export const placeIn = (stack: Stack, of: { stage: string; tenant: TenantConfig; environment: string }): Place =>
  placeOf(
    { stage: of.stage, account: stack.account, region: stack.region, partition: stack.partition },
    { tenant: of.tenant.name, environment: of.environment },
  );
