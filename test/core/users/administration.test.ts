import { beforeEach, describe, expect, it } from 'vitest';
import type { CompanyDirectory } from '../../../core/contracts/users.ts';
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../../core/errors.ts';
import { policiesOf } from '../../../core/policies/standard.ts';
import { Administration } from '../../../core/users/administration.ts';
import { KnownUsers } from '../../support/known-users.ts';

const tenants = ['acme', 'globex'];
const administrator = 'datagrid-administrator';
let users: KnownUsers;

/** The people as somebody sees them who administers some tenants. */
const as = (name: string, own: readonly string[], directory?: CompanyDirectory) =>
  new Administration({
    users,
    tenants,
    directory,
    by: { id: name, name, policies: policiesOf([administrator]), worksIn: (tenant) => own.includes(tenant) },
  });
const ofAcme = () => as('ada', ['acme']);
const ofAll = () => as('root', tenants);

beforeEach(() => {
  users = new KnownUsers()
    .with('ada', [administrator, 'tenant-acme'])
    .with('bob', ['ampiq-user', 'tenant-acme'])
    .with('both', ['amp360-user', 'tenant-acme', 'tenant-globex'])
    .with('gus', [administrator, 'tenant-globex'])
    .with('nowhere', ['ampiq-user']);
});

describe('an administrator', () => {
  it('sees those who work in a tenant of theirs, and of these no other tenants', async () => {
    const seen = await ofAcme().list();
    expect(seen.map(({ email, tenants, works_elsewhere }) => [email, tenants, works_elsewhere])).toEqual([
      ['ada@example.com', ['acme'], false],
      ['bob@example.com', ['acme'], false],
      ['both@example.com', ['acme'], true],
    ]);
    expect(JSON.stringify(seen)).not.toContain('globex');
  });

  it('of all tenants sees everybody, those of no tenant too; of none, nobody', async () => {
    expect((await ofAll().list()).map(({ id }) => id)).toEqual(['ada', 'bob', 'both', 'gus', 'nowhere']);
    expect(await as('eve', []).list()).toEqual([]);
    const stageWithout = new Administration({
      users,
      tenants: [],
      by: { id: 'e', name: 'e', policies: [], worksIn: () => true },
    });
    expect(await stageWithout.list()).toEqual([]);
  });

  it('is told that there is nobody of whom they may not know', async () => {
    for (const id of ['gus', 'nowhere', 'nobody']) {
      const attempts = [
        ofAcme().set(id, { policies: ['ampiq-user'] }),
        ofAcme().remove(id),
        ofAcme().resetPassword(id),
      ];
      for (const attempt of attempts) {
        const cause: Error = await attempt.then(
          () => new Error('done'),
          (error) => error,
        );
        expect(cause).toBeInstanceOf(NotFound);
        expect(cause.message).toContain(`nobody ${JSON.stringify(id)} in your tenants`);
      }
    }
  });
});

describe('an invitation', () => {
  it('puts somebody into the groups of what they hold, and is mailed when that is done', async () => {
    const made = await ofAcme().invite('new@example.com', {
      policies: ['datagrid-operator', 'ampiq-user'],
      tenants: ['acme'],
    });
    expect(made).toMatchObject({
      email: 'new@example.com',
      state: 'invited',
      tenants: ['acme'],
      works_elsewhere: false,
    });
    expect(users.groupsOf(made.id)).toEqual(['datagrid-operator', 'ampiq-user', 'tenant-acme']);
    expect(users.mails).toEqual([['new@example.com', 'invitation']]);
  });

  it.each([
    [{ policies: ['boss'], tenants: ['acme'] }, /no policy "boss": there is datagrid-administrator, datagrid-operator/],
    [{ policies: ['ampiq-user'], tenants: ['globex'] }, /ada works in no tenant "globex": expected acme$/],
    [{ policies: ['ampiq-user'], tenants: ['acme', 'nowhere'] }, /ada works in no tenant "nowhere": expected acme$/],
    [{ policies: [], tenants: ['acme'] }, /^no policies: expected one or more/],
    [{ policies: ['ampiq-user'], tenants: [] }, /^no tenants: expected one or more/],
  ])('of %j is refused, and nobody added', async (wanted, why) => {
    const before = await ofAll().list();
    const refused = ofAcme().invite('new@example.com', wanted);
    await expect(refused).rejects.toThrow(why);
    await expect(refused).rejects.toBeInstanceOf(InvalidInput);
    expect([await ofAll().list(), users.mails]).toEqual([before, []]);
  });

  it('to an address that is there is refused, also where the administrator may not know of it', async () => {
    for (const id of ['bob', 'gus']) {
      const refused = ofAcme().invite(`${id}@example.com`, { policies: ['ampiq-user'], tenants: ['acme'] });
      await expect(refused).rejects.toThrow(`there is somebody with the address ${id}@example.com already`);
      expect(users.mails).toEqual([]);
    }
  });

  it('that was cut short is taken up again, with what is wanted now', async () => {
    users.with('half', [administrator], { state: 'invited' });
    await ofAcme().invite('half@example.com', { policies: ['ampiq-user'], tenants: ['acme'] });
    expect(users.groupsOf('half')).toEqual(['ampiq-user', 'tenant-acme']);
    expect(users.mails).toEqual([['half@example.com', 'invitation']]);
  });
});

describe('what somebody holds', () => {
  it('is changed to what is wanted; what is left out stays', async () => {
    await ofAcme().set('bob', { policies: ['datagrid-operator'] });
    expect(users.groupsOf('bob')).toEqual(['tenant-acme', 'datagrid-operator']);
    await ofAll().set('bob', { tenants: ['globex'] });
    expect(users.groupsOf('bob')).toEqual(['datagrid-operator', 'tenant-globex']);
  });

  it('in tenants that the administrator does not work in stays as it is', async () => {
    await expect(ofAcme().set('both', { policies: [administrator] })).rejects.toBeInstanceOf(Forbidden);
    await expect(ofAcme().set('both', { tenants: ['acme', 'globex'] })).rejects.toThrow('no tenant "globex"');
    expect(users.groupsOf('both')).toEqual(['amp360-user', 'tenant-acme', 'tenant-globex']);
    await ofAcme().set('both', { tenants: [] });
    expect(users.groupsOf('both')).toEqual(['amp360-user', 'tenant-globex']);
    await expect(ofAcme().set('bob', { tenants: [] })).rejects.toThrow('no tenants: expected one or more');
  });

  it('leaves each tenant an administrator who has signed in', async () => {
    const last = /ada@example.com is the last DataGrid Administrator of tenant acme/;
    users.with('invited', [administrator, 'tenant-acme'], { state: 'invited' });
    await expect(ofAcme().set('ada', { policies: ['datagrid-operator'] })).rejects.toThrow(last);
    await expect(ofAll().set('ada', { tenants: ['globex'] })).rejects.toBeInstanceOf(Conflict);
    await expect(ofAcme().remove('ada')).rejects.toThrow(last);
    await ofAcme().set('ada', { policies: [administrator, 'ampiq-user'] });
    await ofAcme().remove('invited');

    users.with('second', [administrator, 'tenant-acme']);
    await ofAcme().resetPassword('second');
    await ofAcme().set('ada', { policies: ['ampiq-user'] });
    await expect(ofAcme().remove('second')).rejects.toThrow('second@example.com is the last');
  });
});

describe('somebody', () => {
  it('is removed, and mailed a code or a new invitation, by who works in all of their tenants', async () => {
    expect(await ofAcme().resetPassword('bob')).toMatchObject({ id: 'bob', state: 'reset' });
    users.with('new', ['ampiq-user', 'tenant-acme'], { state: 'invited' });
    expect(await ofAcme().resetPassword('new')).toMatchObject({ id: 'new', state: 'invited' });
    expect(users.mails).toEqual([
      ['bob@example.com', 'code'],
      ['new@example.com', 'invitation'],
    ]);
    await expect(ofAcme().remove('both')).rejects.toBeInstanceOf(Forbidden);
    await expect(ofAcme().resetPassword('both')).rejects.toBeInstanceOf(Forbidden);
    expect(await ofAll().remove('both')).toMatchObject({ email: 'both@example.com' });
    expect((await ofAll().list()).map(({ id }) => id)).not.toContain('both');
  });
});

describe('where people come by the company directory', () => {
  const directory: CompanyDirectory = {
    name: 'Corp',
    groups: { 'CDP Analysts': { policies: ['amp360-user'], tenants: ['acme'] } },
  };
  beforeEach(() => {
    // A group of the pool is nothing to them.
    users.with('Corp_zoe', [administrator, 'tenant-globex'], {
      signsInBy: 'directory',
      directoryGroups: '[staff, CDP+Analysts]',
    });
  });

  it('they are seen with what their groups there stand for, and changed there', async () => {
    const seen = (await as('ada', ['acme'], directory).list()).find(({ id }) => id === 'Corp_zoe');
    expect(seen).toMatchObject({ signs_in_by: 'directory', policies: ['amp360-user'], tenants: ['acme'] });
    const refused = as('ada', ['acme'], directory).set('Corp_zoe', { policies: [administrator] });
    await expect(refused).rejects.toThrow("signs in by the company's directory: change their groups there");
    await expect(as('ada', ['acme'], directory).resetPassword('Corp_zoe')).rejects.toBeInstanceOf(Conflict);
    await as('ada', ['acme'], directory).remove('Corp_zoe');
  });

  it('nobody is invited', async () => {
    const refused = as('ada', ['acme'], directory).invite('new@example.com', {
      policies: ['ampiq-user'],
      tenants: ['acme'],
    });
    await expect(refused).rejects.toThrow('put new@example.com into one of its groups');
  });

  it('and no longer do, they hold nothing', async () => {
    expect((await ofAll().list()).find(({ id }) => id === 'Corp_zoe')).toMatchObject({ policies: [], tenants: [] });
  });
});
