import { policyIds } from '../contracts/policies.ts';
import type { CompanyDirectory, Holding, UserAccount } from '../contracts/users.ts';
import { Conflict, NotFound } from '../errors.ts';
import {
  type Asking,
  accountOf,
  holdingWanted,
  isSeen,
  type Person,
  personOf,
  refuseIfElsewhere,
  refuseIfOfDirectory,
  refuseLastAdministrator,
  type Wanted,
} from './decisions.ts';
import { groupChanges, groupsOf } from './groups.ts';
import type { Users } from './port.ts';

export interface AdministrationOptions extends Asking {
  users: Users;
  /** Where people sign in by the company's. */
  directory?: CompanyDirectory | undefined;
}

/** The people of a deployment, as one of them may administer them. */
export class Administration {
  readonly #options: AdministrationOptions;

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Those whom the administrator may know of, by address. */
  async list(): Promise<UserAccount[]> {
    const seen = (await this.#people()).filter((person) => isSeen(person, this.#options));
    return seen.map((person) => accountOf(person, this.#options)).sort((a, b) => (a.email < b.email ? -1 : 1));
  }

  /** Lets somebody in, who is mailed a first password. An invitation that was cut short is taken up again. */
  async invite(email: string, wanted: Required<Wanted>): Promise<UserAccount> {
    const { users, directory } = this.#options;
    if (directory) {
      throw new Conflict(
        `people come in by the company's directory: put ${email} into one of its groups that infra/config.ts names, such as ${Object.keys(directory.groups)[0] ?? 'none yet'}`,
      );
    }
    const holding = holdingWanted({ policies: [], tenants: [] }, wanted, this.#options);
    const byPassword = (await this.#people()).filter(({ signsInBy }) => signsInBy === 'password');
    const there = byPassword.find((one) => one.email.toLowerCase() === email);
    if (there && !(there.state === 'invited' && there.tenants.length === 0)) {
      throw new Conflict(
        `there is somebody with the address ${email} already: \`tributary user set\` changes what they hold`,
      );
    }
    const person = there ?? personOf(await users.add(email), []);
    await this.#change(person, holding);
    await users.invite(person.email);
    return accountOf({ ...person, ...holding }, this.#options);
  }

  async set(id: string, wanted: Wanted): Promise<UserAccount> {
    const people = await this.#people();
    const person = this.#seen(people, id);
    refuseIfOfDirectory(person);
    const holding = holdingWanted(person, wanted, this.#options);
    refuseLastAdministrator(people, person, holding);
    await this.#change(person, holding);
    return accountOf({ ...person, ...holding }, this.#options);
  }

  /** Lets somebody in no more. Who comes by the company's directory comes again for as long as that lets them. */
  async remove(id: string): Promise<UserAccount> {
    const people = await this.#people();
    const person = this.#seen(people, id);
    refuseIfElsewhere(person, this.#options);
    refuseLastAdministrator(people, person);
    await this.#options.users.remove(id);
    return accountOf(person, this.#options);
  }

  /** Has somebody choose another password; who hasn't chosen one yet is invited again. */
  async resetPassword(id: string): Promise<UserAccount> {
    const { users } = this.#options;
    const person = this.#seen(await this.#people(), id);
    refuseIfOfDirectory(person);
    refuseIfElsewhere(person, this.#options);
    if (person.state === 'invited') {
      await users.invite(person.email);
      return accountOf(person, this.#options);
    }
    await users.resetPassword(id);
    return accountOf({ ...person, state: 'reset' }, this.#options);
  }

  async #people(): Promise<Person[]> {
    const { users, tenants, directory } = this.#options;
    const members = await users.list(groupsOf({ policies: policyIds, tenants: [...tenants] }));
    return members.map((member) => personOf(member, tenants, directory));
  }

  /** Of somebody whom the administrator may not know of it is said that there is nobody. */
  #seen(people: readonly Person[], id: string): Person {
    const found = people.find((person) => person.id === id && isSeen(person, this.#options));
    if (found) return found;
    throw new NotFound(`nobody ${JSON.stringify(id)} in your tenants: \`tributary user list\` shows who there is`);
  }

  /** Takes first, so that what is cut short leaves somebody with less and never with more. */
  async #change(person: Person, holding: Holding): Promise<void> {
    const { leave, enter } = groupChanges(person, holding);
    for (const group of leave) await this.#options.users.leave(person.id, group);
    for (const group of enter) await this.#options.users.enter(person.id, group);
  }
}
