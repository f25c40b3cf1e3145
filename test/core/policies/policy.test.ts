import { describe, expect, it } from 'vitest';
import { policyNames } from '../../../core/contracts/policies.ts';
import { actions } from '../../../core/policies/actions.ts';
import { isAllowed, type Policy } from '../../../core/policies/policy.ts';
import { policiesOf, refusalOf, standardPolicies } from '../../../core/policies/standard.ts';

const policy = (effect: 'allow' | 'deny', ...said: string[]): Policy => ({
  id: 'p',
  name: 'P',
  statements: [{ effect, actions: said }],
});

describe('a decision', () => {
  it.each<[why: string, policies: Policy[], allowed: boolean]>([
    ['nothing says so', [], false],
    ['only others are allowed', [policy('allow', 'query:download', 'table:view')], false],
    ['it is allowed', [policy('allow', 'query:run')], true],
    ['one of several allows it', [policy('allow', 'table:view'), policy('allow', 'query:run')], true],
    ['its resource is allowed', [policy('allow', 'query:*')], true],
    ['its verb is allowed', [policy('allow', '*:run')], true],
    ['a resource is allowed whose name begins alike', [policy('allow', 'query-folder:run')], false],
    ['it is denied, though all is allowed', [policy('allow', '*:*'), policy('deny', 'query:run')], false],
    ['it is denied first', [policy('deny', '*:run'), policy('allow', 'query:run')], false],
    ['something else is denied', [policy('allow', '*:*'), policy('deny', 'query:download')], true],
  ])('when %s', (_why, policies, allowed) => {
    expect(isAllowed(policies, 'query:run')).toBe(allowed);
  });
});

describe('the standard policies', () => {
  it('are those that a directory has groups for', () => {
    expect(standardPolicies.map(({ id, name }) => [id, name])).toEqual(Object.entries(policyNames));
  });

  it('let an administrator do everything, and name only what there is', () => {
    const administrator = policiesOf(['datagrid-administrator']);
    expect(actions.filter((action) => !isAllowed(administrator, action))).toEqual([]);
    const named = standardPolicies.flatMap(({ statements }) => statements.flatMap((one) => one.actions));
    expect(named.filter((action) => action !== '*:*' && !(actions as readonly string[]).includes(action))).toEqual([]);
  });

  it('refuse with who, what, and what would allow it', () => {
    const ada = { id: '1', name: 'ada@example.com', worksIn: () => true };
    expect(refusalOf({ ...ada, policies: policiesOf(['ampiq-user']) }, 'courier-group:run')).toBe(
      'ada@example.com may not courier-group:run: they hold AmpIQ User, and DataGrid Administrator or DataGrid Operator would allow it',
    );
    expect(refusalOf({ ...ada, policies: [] }, 'tenant:create')).toBe(
      'ada@example.com may not tenant:create: they hold no policy, and DataGrid Administrator would allow it',
    );
  });
});
