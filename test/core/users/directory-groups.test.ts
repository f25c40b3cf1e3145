import { describe, expect, it } from 'vitest';
import type { CompanyDirectory } from '../../../core/contracts/users.ts';
import { groupsTold, heldByGroups, tokenGroups } from '../../../core/users/directory-groups.ts';

const directory: CompanyDirectory = {
  name: 'Corp',
  groups: {
    'CDP Admins': { policies: ['datagrid-administrator'], tenants: ['acme'] },
    'CDP Analysts': { policies: ['amp360-user', 'ampiq-user'], tenants: ['acme', 'globex'] },
    'cn=ops,dc=corp': { policies: ['datagrid-operator'], tenants: ['globex'] },
  },
};
const identities = (providerName: string) => JSON.stringify([{ userId: 'ada', providerName, providerType: 'SAML' }]);
const federated = (groups?: string) => ({
  'cognito:user_status': 'EXTERNAL_PROVIDER',
  identities: identities('Corp'),
  ...(groups !== undefined && { 'custom:groups': groups }),
});

describe('groups that a directory tells', () => {
  it.each<[how: string, text: string | undefined, names: string[]]>([
    ['none', undefined, []],
    ['nothing', '', []],
    ['an empty list', '[]', ['']],
    ['one', 'CDP Admins', ['CDP Admins']],
    ['one with a comma', 'cn=ops,dc=corp', ['cn=ops,dc=corp']],
    ['several', '[staff, all-of-us]', ['staff', 'all-of-us']],
    [
      'several, as forms encode them',
      '[CDP+Admins, cn%3Dops%2Cdc%3Dcorp, 100%]',
      ['CDP Admins', 'cn=ops,dc=corp', '100%'],
    ],
    ['those of OIDC', '["CDP Admins","cn=ops,dc=corp"]', ['CDP Admins', 'cn=ops,dc=corp']],
    ['numbers longer than any of ours', '[12345678901234567890, 7]', ['12345678901234567890', '7']],
  ])('are read from %s', (_how, text, names) => {
    expect(groupsTold(text)).toEqual(names);
  });
});

describe('what the groups of a directory stand for', () => {
  it('is what the table says, of all that somebody is in', () => {
    expect(heldByGroups(directory, ['CDP Analysts', 'staff'])).toEqual({
      policies: ['amp360-user', 'ampiq-user'],
      tenants: ['acme', 'globex'],
    });
  });

  it('is nothing for a group that is not in it, by whatever name', () => {
    for (const name of ['staff', 'cdp admins', 'toString', '__proto__', 'datagrid-administrator', '']) {
      expect(heldByGroups(directory, [name])).toEqual({ policies: [], tenants: [] });
    }
  });

  it('is in no tenant more than what is given there', () => {
    expect(heldByGroups(directory, ['CDP Admins', 'CDP Analysts'])).toEqual({
      policies: ['amp360-user', 'ampiq-user'],
      tenants: ['acme', 'globex'],
    });
    // An administrator may do what an operator may.
    expect(heldByGroups(directory, ['CDP Admins', 'cn=ops,dc=corp'])).toEqual({
      policies: ['datagrid-operator'],
      tenants: ['acme', 'globex'],
    });
    const apart = { a: directory.groups['CDP Admins'], b: { policies: [], tenants: ['globex'] } };
    expect(heldByGroups({ name: 'Corp', groups: apart as CompanyDirectory['groups'] }, ['a', 'b']).policies).toEqual(
      [],
    );
  });
});

describe('the groups in a token', () => {
  it('of somebody who comes by the directory are those that theirs stand for, and no others', () => {
    expect(tokenGroups(federated('[CDP+Admins, staff]'), directory)).toEqual(['datagrid-administrator', 'tenant-acme']);
    expect(tokenGroups(federated('staff'), directory)).toEqual([]);
    expect(tokenGroups(federated(), directory)).toEqual([]);
  });

  it('of somebody who signs in by a password stay, whatever they wrote of themselves', () => {
    for (const status of ['CONFIRMED', 'FORCE_CHANGE_PASSWORD', 'RESET_REQUIRED', undefined]) {
      const { 'cognito:user_status': _, ...attributes } = federated('CDP Admins');
      const native = status === undefined ? attributes : { ...attributes, 'cognito:user_status': status };
      expect(tokenGroups(native, directory)).toBeUndefined();
    }
  });

  it('of somebody who comes by another directory are none', () => {
    const attributes = federated('CDP Admins');
    expect(tokenGroups({ ...attributes, identities: identities('Other') }, directory)).toEqual([]);
    const { identities: _, ...without } = attributes;
    expect(tokenGroups(without, directory)).toEqual([]);
  });
});
