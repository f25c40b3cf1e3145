import { type PolicyId, policyNames } from '../contracts/policies.ts';
import type { Action } from './actions.ts';
import { isAllowed, type Policy, type Principal } from './policy.ts';

/** Works with segments and campaigns, of which there are none yet. */
const ampIq: readonly Action[] = ['tenant:list', 'workflow:view'];

/** Asks questions of the Customer 360, and sees to it that what depends on them is done; sees no sources. */
const amp360: readonly Action[] = [
  ...ampIq,
  'workflow:stop',
  'workflow:retry',
  'table:view',
  'query:run',
  'query:download',
  'amp-id:explore',
  'stitch:view',
  'stitch:evaluate',
  'stitch:review',
];

/** Looks after sources and runs, asks questions, and hands the answers to partners; changes no configuration. */
const operator: readonly Action[] = [
  ...amp360,
  'configuration:view',
  'configuration:validate',
  'connection:view',
  'connection:test',
  'connection:edit',
  'courier-group:run',
  'schedule:view',
  'schedule:pause',
  'stitch:retrain',
  'quarantine:view',
  'quarantine:download',
  'quarantine:replay',
  'quarantine:set-aside',
  'sftp:deliver',
];

/** A system that sends records, and sees nothing. */
const streamingIngest: readonly Action[] = ['stream:send'];

const allowing = (id: PolicyId, actions: readonly string[]): Policy => ({
  id,
  name: policyNames[id],
  statements: [{ effect: 'allow', actions }],
});

/** The policies that every tenant has. */
export const standardPolicies: readonly Policy[] = [
  allowing('datagrid-administrator', ['*:*']),
  allowing('datagrid-operator', operator),
  allowing('amp360-user', amp360),
  allowing('ampiq-user', ampIq),
  allowing('streaming-ingest', streamingIngest),
];

/** The standard policies among these ids; others are nobody's. */
export const policiesOf = (ids: readonly unknown[]): Policy[] => standardPolicies.filter(({ id }) => ids.includes(id));

/** Says who was refused what, and which policies would allow it. */
export function refusalOf({ name, policies }: Principal, action: Action): string {
  const held = policies.length === 0 ? 'no policy' : policies.map((policy) => policy.name).join(', ');
  const allow = standardPolicies.filter((policy) => isAllowed([policy], action)).map((policy) => policy.name);
  return `${name} may not ${action}: they hold ${held}, and ${allow.join(' or ')} would allow it`;
}
