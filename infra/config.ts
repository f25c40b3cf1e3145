import type { PipelineConfig, StageConfig, TenantConfig } from './stage-config.ts';

/** The company of the samples: to see a stage work before there is a tenant of one's own. */
const acme: TenantConfig = { name: 'acme', environments: ['production'] };

/** Every stage that can be deployed, by the name given to `-c stage=`. */
export const stages: Readonly<Record<string, StageConfig>> = {
  dev: { architecture: 'arm64', duckdbMemory: 3008, patienceMs: 5000, protected: false, tenants: [acme] },
  beta: { architecture: 'arm64', duckdbMemory: 3008, patienceMs: 5000, protected: false, tenants: [acme] },
  prod: { architecture: 'arm64', duckdbMemory: 10_240, patienceMs: 5000, protected: true, tenants: [acme] },
  // Stands in for AWS on a machine without an account: a second tenant shows that neither can read the other.
  emulator: {
    architecture: 'x86_64',
    duckdbMemory: 3008,
    // Its data is small: statements of any size are to be waited for in the way of long ones, too.
    patienceMs: 500,
    protected: false,
    tenants: [
      {
        ...acme,
        environments: ['production', 'sandbox'],
        sftp: {},
        couriers: { production: { roles: ['arn:aws:iam::000000000000:role/partner-of-acme'] } },
      },
      { name: 'globex', environments: ['production'] },
    ],
  },
};

/** The deploy pipeline; undefined until its connection to the code's host has been made. */
export const pipeline: PipelineConfig | undefined = undefined;
