import { placeName } from '../core/contracts/deployment.ts';
import type { CouriersConfig, DirectoryGroups, StageConfig, TenantConfig } from './stage-config.ts';

const name = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
/** Of one role: with a wildcard, any that fits could be taken on. */
const role = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;
/** Letters of an environment's name, so that those of its functions and its bucket keep to AWS's 64 and 63. */
const longest = 44;
/** Letters of what the API is told of environments and of the directory's groups: all variables of a function have 4 KB. */
const mostTold = 3500;

/** The stage's configuration when it can be deployed; refuses an unknown stage and a malformed name, saying what fits. */
export function checkedStage(stages: Readonly<Record<string, StageConfig>>, stage: unknown): StageConfig {
  const known = Object.keys(stages);
  const config = typeof stage === 'string' ? stages[stage] : undefined;
  if (!config) refuse('stage', stage, `one of ${known.join(', ')}, given as -c stage=${known[0]}`);
  // With a dash, dev-x and its acme would be named as dev and its x-acme are.
  if (!/^[a-z][a-z0-9]{0,7}$/.test(String(stage))) refuse('stage', stage, 'a lower-case word of up to 8 letters');
  refuseRepeats(
    'tenants',
    config.tenants.map((tenant) => tenant.name),
  );
  for (const tenant of config.tenants) checkTenant(String(stage), tenant);
  refuseSameNames(String(stage), config.tenants);
  if (config.federation) checkGroups(config.federation, config.tenants);
  refuseTooMuch(config);
  return config;
}

function checkTenant(stage: string, tenant: TenantConfig): void {
  const expected = 'lower-case words with single dashes between them, such as acme or acme-retail';
  if (!name.test(tenant.name)) refuse('tenant', tenant.name, expected);
  for (const environment of tenant.environments) {
    if (!name.test(environment)) refuse(`environment of tenant ${tenant.name}`, environment, expected);
    const whole = placeName(stage, { tenant: tenant.name, environment });
    if (whole.length > longest) refuse('name', whole, `${longest} letters at most, and not ${whole.length}`);
  }
  if (tenant.environments[0] !== 'production') {
    refuse(
      `environments of tenant ${tenant.name}`,
      tenant.environments.join(', '),
      'production first, then its sandboxes',
    );
  }
  refuseRepeats(`environments of tenant ${tenant.name}`, tenant.environments);
  for (const [environment, couriers] of Object.entries(tenant.couriers ?? {}))
    checkCouriers(tenant, environment, couriers);
}

function checkCouriers(tenant: TenantConfig, environment: string, { roles = [], network }: CouriersConfig): void {
  const of = `the couriers of ${tenant.name}`;
  if (!tenant.environments.includes(environment))
    refuse(`environment of ${of}`, environment, `one of ${tenant.environments.join(', ')}`);
  const unfit = roles.find((one) => !role.test(one));
  if (unfit !== undefined) refuse(`role of ${of}`, unfit, 'an ARN such as arn:aws:iam::111122223333:role/tributary');
  refuseRepeats(`roles of ${of}`, roles);
  if (!network) return;
  for (const subnet of network.subnets)
    if (!/^subnet-[0-9a-f]+$/.test(subnet)) refuse(`subnet of ${of}`, subnet, 'an id such as subnet-0123456789abcdef0');
  refuseRepeats(`subnets of ${of}`, network.subnets);
  if (!/^sg-[0-9a-f]+$/.test(network.securityGroup))
    refuse(`security group of ${of}`, network.securityGroup, 'an id such as sg-0123456789abcdef0');
}

function checkGroups({ groups }: DirectoryGroups, tenants: readonly TenantConfig[]): void {
  const known = tenants.map((tenant) => tenant.name);
  for (const [group, held] of Object.entries(groups)) {
    const unknown = held.tenants.find((tenant) => !known.includes(tenant));
    if (unknown !== undefined) refuse(`tenant of the group ${group}`, unknown, `one of ${known.join(', ')}`);
    if (held.policies.length === 0 || held.tenants.length === 0)
      refuse('group', group, 'a policy and a tenant at least, since one without the other lets nobody do anything');
  }
}

/** Two places of one name would be one bucket, and one data: acme/retail-production and acme-retail/production. */
function refuseSameNames(stage: string, tenants: readonly TenantConfig[]): void {
  const known = new Map<string, string>();
  for (const tenant of tenants) {
    for (const environment of tenant.environments) {
      const [whole, one] = [placeName(stage, { tenant: tenant.name, environment }), `${tenant.name}/${environment}`];
      const other = known.get(whole);
      if (other !== undefined) refuse('name', whole, `one environment of that name, and not both ${other} and ${one}`);
      known.set(whole, one);
    }
  }
}

function refuseTooMuch({ tenants, federation }: StageConfig): void {
  const environments = Object.fromEntries(tenants.map((tenant) => [tenant.name, tenant.environments]));
  const told = JSON.stringify([environments, federation?.groups]);
  const length = Buffer.byteLength(told);
  if (length <= mostTold) return;
  const expected = `${mostTold} letters as JSON at most, of environments and groups of the directory together`;
  refuse('configuration', `${told.slice(0, 60)}…`, `${expected}, and not ${length}`);
}

function refuseRepeats(what: string, names: readonly string[]): void {
  const repeated = names.find((each, index) => names.indexOf(each) !== index);
  if (repeated !== undefined) refuse(what, names.join(', '), `each name once, and not ${repeated} twice`);
}

function refuse(what: string, seen: unknown, expected: string): never {
  throw new Error(
    `${what} ${JSON.stringify(seen) ?? 'none'} can't be deployed: expected ${expected} (infra/config.ts)`,
  );
}
