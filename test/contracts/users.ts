import { describe, expect, it } from 'vitest';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { Users } from '../../core/users/port.ts';

const groups = ['datagrid-administrator', 'ampiq-user', 'tenant-acme'];

/** An empty user pool with the groups of the tests. */
export interface UserPool {
  users: Users;
  /** Stands for a person who chooses a password after they were mailed. */
  choosePassword(id: string): Promise<void>;
}

/** What every keeper of people keeps to. */
export function usersContract(name: string, open: () => Promise<UserPool>): void {
  describe(`${name} as a keeper of people`, () => {
    it('tells everybody with their groups, among those that were asked about', async () => {
      const { users } = await open();
      const ada = await users.add('ada@example.com');
      const eve = await users.add('eve@example.com');
      for (const group of ['tenant-acme', 'datagrid-administrator', 'tenant-acme']) await users.enter(ada.id, group);
      await users.enter(eve.id, 'ampiq-user');
      await users.leave(eve.id, 'ampiq-user');
      await users.leave(eve.id, 'ampiq-user');
      const told = async (asked: string[]) =>
        Object.fromEntries((await users.list(asked)).map((one) => [one.email, [...one.groups].sort()]));
      expect(await told(groups)).toEqual({
        'ada@example.com': ['datagrid-administrator', 'tenant-acme'],
        'eve@example.com': [],
      });
      expect(await told(['tenant-acme'])).toEqual({ 'ada@example.com': ['tenant-acme'], 'eve@example.com': [] });
    });

    it('knows somebody as invited until they have chosen a password, and again until they have chosen another', async () => {
      const { users, choosePassword } = await open();
      const { id, state, signsInBy, createdAt } = await users.add('ada@example.com');
      expect([state, signsInBy, Date.parse(createdAt) > 0]).toEqual(['invited', 'password', true]);
      await users.invite('ada@example.com');
      await users.invite('ada@example.com');
      const now = async () => (await users.list([])).map((one) => [one.id, one.state]);
      expect(await now()).toEqual([[id, 'invited']]);
      await choosePassword(id);
      expect(await now()).toEqual([[id, 'active']]);
      await users.resetPassword(id);
      expect(await now()).toEqual([[id, 'reset']]);
    });

    it('has an address once, until it is removed', async () => {
      const { users } = await open();
      const { id } = await users.add('ada@example.com');
      await expect(users.add('ada@example.com')).rejects.toBeInstanceOf(Conflict);
      await users.remove(id);
      expect(await users.list(groups)).toEqual([]);
      expect(await users.add('ada@example.com')).toMatchObject({ email: 'ada@example.com' });
    });

    it('says of an id of nobody that there is nobody', async () => {
      const { users } = await open();
      await expect(users.enter('nobody', 'tenant-acme')).rejects.toBeInstanceOf(NotFound);
      await expect(users.leave('nobody', 'tenant-acme')).rejects.toBeInstanceOf(NotFound);
      await expect(users.invite('nobody@example.com')).rejects.toBeInstanceOf(NotFound);
      await expect(users.resetPassword('nobody')).rejects.toBeInstanceOf(NotFound);
      await expect(users.remove('nobody')).rejects.toBeInstanceOf(NotFound);
    });

    it('tells all of many', async () => {
      const { users } = await open();
      const many = Array.from({ length: 65 }, (_, n) => `person-${n}@example.com`);
      for (const email of many) await users.enter((await users.add(email)).id, 'tenant-acme');
      const told = await users.list(['tenant-acme']);
      expect(told.filter((one) => one.groups.includes('tenant-acme'))).toHaveLength(65);
    });
  });
}
