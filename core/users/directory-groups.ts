import type { PolicyId } from '../contracts/policies.ts';
import { type CompanyDirectory, directoryGroupsAttribute, type Holding } from '../contracts/users.ts';
import { allowsAllOf } from '../policies/policy.ts';
import { policiesOf } from '../policies/standard.ts';
import { groupsOf } from './groups.ts';

/**
 * The groups of the pool that a token of somebody is to name in place of their own: those that their groups in the company's
 * directory stand for. Undefined for somebody who signs in by a password, whose groups are the pool's.
 */
export function tokenGroups(
  attributes: Readonly<Record<string, string>>,
  directory: CompanyDirectory,
): string[] | undefined {
  // Whoever signs in by a password may write attributes of their own, but never this one.
  if (attributes['cognito:user_status'] !== 'EXTERNAL_PROVIDER') return undefined;
  if (!comesBy(directory, attributes.identities)) return [];
  return groupsOf(heldByGroups(directory, groupsTold(attributes[directoryGroupsAttribute])));
}

/** Whether a person's identities, which the pool keeps as JSON, name the directory. */
function comesBy({ name }: CompanyDirectory, identities: string | undefined): boolean {
  const parsed: unknown = JSON.parse(identities ?? '[]');
  return Array.isArray(parsed) && parsed.some((one) => one?.providerName === name);
}

/**
 * Names of groups, out of the one text that a pool makes of an attribute: `[a, b]` of several values of SAML, each as a form
 * encodes it; `["a","b"]` of a claim of OIDC; and a single value as it is.
 */
export function groupsTold(text = ''): string[] {
  if (/^\[".*"\]$/s.test(text)) return JSON.parse(text).map(String);
  const list = /^\[(.*)\]$/s.exec(text)?.[1];
  if (list === undefined) return text === '' ? [] : [text];
  return list.split(',').map((name) => new URLSearchParams(`name=${name.trim()}`).get('name') ?? '');
}

/**
 * What somebody holds who is in these groups of the directory. Policies hold in all of a person's tenants: where groups of
 * several tenants give different ones, only what is given in each of the tenants is theirs.
 */
export function heldByGroups({ groups }: CompanyDirectory, names: readonly string[]): Holding {
  const given = Object.entries(groups).flatMap(([name, holding]) => (names.includes(name) ? [holding] : []));
  const tenants = [...new Set(given.flatMap((one) => one.tenants))].sort();
  const isGiven = (policy: PolicyId, tenant: string) =>
    given.some((one) => one.tenants.includes(tenant) && one.policies.some((wider) => includes(wider, policy)));
  const policies = [...new Set(given.flatMap((one) => one.policies))];
  return { policies: policies.filter((policy) => tenants.every((tenant) => isGiven(policy, tenant))), tenants };
}

const includes = (wider: PolicyId, policy: PolicyId): boolean => allowsAllOf(policiesOf([wider]), policiesOf([policy]));
