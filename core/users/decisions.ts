import { policyIds } from '../contracts/policies.ts';
import type { CompanyDirectory, Holding, UserAccount } from '../contracts/users.ts';
import { Conflict, Forbidden, InvalidInput } from '../errors.ts';
import type { Principal } from '../policies/policy.ts';
import { groupsTold, heldByGroups } from './directory-groups.ts';
import { heldBy } from './groups.ts';
import type { Member } from './port.ts';

/** Somebody with all that they hold. */
export type Person = Omit<Member, 'groups' | 'directoryGroups'> & Holding;

/** What is asked to be somebody's, by the names that were given; what is left out stays as it is. */
export interface Wanted {
  policies?: readonly string[] | undefined;
  tenants?: readonly string[] | undefined;
}

/** Who asks, in a deployment with these tenants. */
export interface Asking {
  by: Principal;
  tenants: readonly string[];
}

export function personOf(member: Member, tenants: readonly string[], directory?: CompanyDirectory): Person {
  const { groups, directoryGroups, ...known } = member;
  if (known.signsInBy === 'password') return { ...known, ...heldBy(groups, tenants) };
  const none: Holding = { policies: [], tenants: [] };
  return { ...known, ...(directory ? heldByGroups(directory, groupsTold(directoryGroups)) : none) };
}

/** Whether an administrator may know of somebody: they share a tenant, or nobody but those who work in all of them would. */
export const isSeen = (person: Person, { by, tenants }: Asking): boolean =>
  person.tenants.length > 0
    ? person.tenants.some((tenant) => by.worksIn(tenant))
    : tenants.length > 0 && tenants.every((tenant) => by.worksIn(tenant));

/** What an administrator is told of somebody: of their tenants, those that both work in. */
export function accountOf(person: Person, { by }: Pick<Asking, 'by'>): UserAccount {
  const tenants = person.tenants.filter((tenant) => by.worksIn(tenant));
  return {
    id: person.id,
    email: person.email,
    policies: person.policies,
    tenants,
    works_elsewhere: tenants.length < person.tenants.length,
    signs_in_by: person.signsInBy,
    state: person.state,
    created_at: person.createdAt,
  };
}

/**
 * What somebody holds once it is changed. An administrator gives and takes tenants that they work in themselves; the others of
 * a person stay. Policies hold in all of a person's tenants, so they are changed only by somebody who works in each of these.
 */
export function holdingWanted(before: Holding, { policies, tenants }: Wanted, asking: Asking): Holding {
  const elsewhere = before.tenants.filter((tenant) => !asking.by.worksIn(tenant));
  if (policies !== undefined && elsewhere.length > 0) {
    throw new Forbidden(
      'the policies of somebody who works in tenants that you do not are for those who work in all of them to change',
    );
  }
  const after = {
    policies: policies === undefined ? before.policies : policiesNamed(policies),
    tenants: tenants === undefined ? before.tenants : [...elsewhere, ...tenantsNamed(tenants, asking)],
  };
  const empty = (['policies', 'tenants'] as const).find((what) => after[what].length === 0);
  if (empty === undefined) return after;
  throw new InvalidInput(`no ${empty}: expected one or more, since somebody without any may do nothing`);
}

function policiesNamed(names: readonly string[]): Holding['policies'] {
  const unknown = names.find((name) => !policyIds.some((id) => id === name));
  if (unknown === undefined) return policyIds.filter((id) => names.includes(id));
  throw new InvalidInput(`no policy ${JSON.stringify(unknown)}: there is ${policyIds.join(', ')}`);
}

/** Of a tenant that isn't theirs an administrator is told as of one that isn't there. */
function tenantsNamed(names: readonly string[], { by, tenants }: Asking): string[] {
  const own = tenants.filter((tenant) => by.worksIn(tenant));
  const unknown = names.find((name) => !own.includes(name));
  if (unknown === undefined) return own.filter((tenant) => names.includes(tenant));
  throw new InvalidInput(
    `${by.name} works in no tenant ${JSON.stringify(unknown)}: expected ${own.join(', ') || 'none, as they work in none'}`,
  );
}

/** Refuses what is for somebody who works in all tenants of a person: to take them away, to have them choose another password. */
export function refuseIfElsewhere({ email, tenants }: Person, { by }: Pick<Asking, 'by'>): void {
  if (tenants.every((tenant) => by.worksIn(tenant))) return;
  throw new Forbidden(
    `${email} works in tenants that you do not: take yours from them by \`tributary user set\`, or ask somebody who works in all of them`,
  );
}

/** Refuses to give or take what the company's directory says. */
export function refuseIfOfDirectory({ email, signsInBy }: Person): void {
  if (signsInBy === 'password') return;
  throw new Conflict(
    `${email} signs in by the company's directory: change their groups there, or what these stand for in infra/config.ts`,
  );
}

/**
 * Refuses to leave a tenant without anybody who administers it and has signed in before. `after` is undefined for a person who
 * goes.
 */
export function refuseLastAdministrator(people: readonly Person[], person: Person, after?: Holding): void {
  const administrators = (tenant: string) => people.filter((one) => administers(one, tenant)).map(({ id }) => id);
  const left = person.tenants.find((tenant) => {
    const ids = administrators(tenant);
    return ids.length === 1 && ids[0] === person.id && !(after && administers({ ...person, ...after }, tenant));
  });
  if (left === undefined) return;
  throw new Conflict(
    `${person.email} is the last DataGrid Administrator of tenant ${left}: make somebody else one first, who has signed in`,
  );
}

const administers = ({ policies, tenants, state }: Person, tenant: string): boolean =>
  ['active', 'reset'].includes(state) && tenants.includes(tenant) && policies.includes('datagrid-administrator');
