import { policyIds, tenantGroup } from '../contracts/policies.ts';
import type { Holding } from '../contracts/users.ts';

/** The groups of a pool that stand for what somebody holds, tenants last: until somebody is in one of those, they may do nothing. */
export const groupsOf = ({ policies, tenants }: Holding): string[] => [...policies, ...tenants.map(tenantGroup)];

/** What the members of these groups hold, of what there is in a deployment with these tenants. */
export const heldBy = (groups: readonly string[], tenants: readonly string[]): Holding => ({
  policies: policyIds.filter((policy) => groups.includes(policy)),
  tenants: tenants.filter((tenant) => groups.includes(tenantGroup(tenant))),
});

/** Which groups are left and entered so that somebody holds something else. */
export function groupChanges(before: Holding, after: Holding): { leave: string[]; enter: string[] } {
  const [old, wanted] = [groupsOf(before), groupsOf(after)];
  return {
    leave: old.filter((group) => !wanted.includes(group)),
    enter: wanted.filter((group) => !old.includes(group)),
  };
}
