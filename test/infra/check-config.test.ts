import { describe, expect, it } from 'vitest';
import type { CompanyDirectory } from '../../core/contracts/users.ts';
import { checkedStage } from '../../infra/check-config.ts';
import { stages } from '../../infra/config.ts';
import type { StageConfig, TenantConfig } from '../../infra/stage-config.ts';
import { federation } from './synthesis.ts';

const stageOf = (...tenants: TenantConfig[]): Record<string, StageConfig> => ({
  dev: { architecture: 'arm64', duckdbMemory: 3008, patienceMs: 5000, protected: false, tenants },
});
const deploy = (...tenants: TenantConfig[]) => checkedStage(stageOf(...tenants), 'dev');

describe('the configuration of a stage', () => {
  it('is found by the name of the stage', () => {
    for (const [stage, config] of Object.entries(stages)) expect(checkedStage(stages, stage)).toBe(config);
  });

  it('is refused when the stage is unknown, with those that are known', () => {
    expect(() => checkedStage(stages, 'porduction')).toThrow(
      'stage "porduction" can\'t be deployed: expected one of dev, beta, prod, emulator',
    );
    expect(() => checkedStage(stages, undefined)).toThrow('stage none');
  });

  it.each(['Acme', 'acme_retail', '1acme', 'acme-', 'acme--retail', ''])('refuses a tenant of the name %j', (name) => {
    expect(() => deploy({ name, environments: ['production'] })).toThrow(
      `tenant ${JSON.stringify(name)} can't be deployed: expected lower-case words`,
    );
  });

  it('refuses names that AWS would find too long', () => {
    const name = 'the-longest-company-name-there-is';
    expect(() => deploy({ name, environments: ['production'] })).toThrow('expected 44 letters at most');
  });

  it('refuses environments that would be one, since their names are', () => {
    const acme = { name: 'acme', environments: ['production', 'retail-production'] };
    const retail = { name: 'acme-retail', environments: ['production'] };
    expect(() => deploy(acme, retail)).toThrow(
      'name "tributary-dev-acme-retail-production" can\'t be deployed: expected one environment of that name, ' +
        'and not both acme/retail-production and acme-retail/production',
    );
    const [config] = Object.values(stageOf({ name: 'acme', environments: ['production'] }));
    expect(() => checkedStage({ 'dev-x': config as StageConfig }, 'dev-x')).toThrow('expected a lower-case word');
  });

  it('refuses more environments than the API can be told', () => {
    const many = Array.from({ length: 120 }, (_, n) => ({
      name: `tenant${n}`,
      environments: ['production', 'sandbox'],
    }));
    expect(() => deploy(...many)).toThrow('expected 3500 letters as JSON at most, of environments and groups');
    expect(() => deploy(...many.slice(0, 80))).not.toThrow();
  });

  it('refuses a tenant without production, and anything that is there twice', () => {
    expect(() => deploy({ name: 'acme', environments: ['sandbox'] })).toThrow('expected production first');
    expect(() => deploy({ name: 'acme', environments: ['production', 'production'] })).toThrow(
      'and not production twice',
    );
    const acme = { name: 'acme', environments: ['production'] };
    expect(() => deploy(acme, acme)).toThrow('and not acme twice');
  });
});

describe('what couriers may use', () => {
  const role = 'arn:aws:iam::111122223333:role/partner';
  const network = { subnets: ['subnet-0a', 'subnet-0b'], securityGroup: 'sg-0c' } as const;
  const deployWith = (couriers: Required<TenantConfig>['couriers']) =>
    deploy({ name: 'acme', environments: ['production'], couriers });

  it('is of an environment that there is, and named by whole ids', () => {
    expect(() => deployWith({ production: { roles: [role], network } })).not.toThrow();
    expect(() => deployWith({ staging: { roles: [role] } })).toThrow(
      '"staging" can\'t be deployed: expected one of production',
    );
    for (const wrong of ['*', 'arn:aws:iam::111122223333:role/*', 'arn:aws:iam::*:role/partner', 'partner'])
      expect(() => deployWith({ production: { roles: [wrong] } })).toThrow('expected an ARN such as arn:aws:iam::');
    expect(() => deployWith({ production: { roles: [role, role] } })).toThrow('twice');
    expect(() => deployWith({ production: { network: { ...network, subnets: ['subnet-0a', 'subnet-0a'] } } })).toThrow(
      'and not subnet-0a twice',
    );
    expect(() => deployWith({ production: { network: { ...network, subnets: ['subnet-0a', 'vpc-0b'] } } })).toThrow(
      'subnet of the couriers of acme "vpc-0b"',
    );
    expect(() => deployWith({ production: { network: { ...network, securityGroup: 'default' } } })).toThrow(
      'expected an id such as sg-',
    );
  });
});

describe('the groups of a company directory', () => {
  const acme = { name: 'acme', environments: ['production'] };
  const deployWith = (groups: CompanyDirectory['groups']) => {
    const [stage] = Object.values(stageOf(acme));
    return checkedStage({ dev: { ...(stage as StageConfig), federation: { ...federation, groups } } }, 'dev');
  };

  it('stand for policies in tenants of the stage', () => {
    expect(deployWith(federation.groups).federation?.groups).toBe(federation.groups);
    expect(() => deployWith({ Staff: { policies: ['ampiq-user'], tenants: ['acme', 'globex'] } })).toThrow(
      'tenant of the group Staff "globex" can\'t be deployed: expected one of acme',
    );
    for (const held of [
      { policies: [], tenants: ['acme'] },
      { policies: ['ampiq-user' as const], tenants: [] },
    ])
      expect(() => deployWith({ Staff: held })).toThrow(
        'group "Staff" can\'t be deployed: expected a policy and a tenant',
      );
  });

  it('are no more than a function can be told', () => {
    const held = { policies: ['ampiq-user' as const], tenants: ['acme'] };
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, n) => [`Staff ${n}`, held]));
    expect(() => deployWith(many)).toThrow('expected 3500 letters as JSON at most, of environments and groups');
  });
});
