import { KnownUsers } from '../support/known-users.ts';
import { usersContract } from './users.ts';

// What stands for a user pool in other tests.
usersContract('the pool of tests', async () => {
  const users = new KnownUsers();
  const choosePassword = async (id: string) => void users.with(id, users.groupsOf(id));
  return { users, choosePassword };
});
