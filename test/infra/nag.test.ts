import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { expect, it } from 'vitest';
import { addStacks } from '../../infra/stacks/stage.ts';
import type { TenantConfig } from '../../infra/stage-config.ts';
import { configOf, courierNetwork, federation, unbundledApp } from './synthesis.ts';

const inNetwork = (tenant: TenantConfig): TenantConfig => ({
  ...tenant,
  couriers: { production: { ...tenant.couriers?.production, network: courierNetwork } },
});

it('leaves no finding of cdk-nag without a reason', () => {
  const app = unbundledApp();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { tenants, ...config } = configOf('emulator');
  addStacks(app, 'emulator', { ...config, federation, tenants: tenants.slice(0, 1).map(inNetwork) });
  // It throws with each finding that nobody acknowledged.
  expect(() => app.synth()).not.toThrow();
});
