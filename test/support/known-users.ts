import { Conflict, NotFound } from '../../core/errors.ts';
import type { Member, Users } from '../../core/users/port.ts';

/** The people of a test: what a user pool keeps of them, and what they were mailed. */
export class KnownUsers implements Users {
  readonly #people = new Map<string, Member>();
  /** Address and kind of each mail, in order. */
  readonly mails: [to: string, what: 'invitation' | 'code'][] = [];

  /** With somebody who has signed in. */
  with(id: string, groups: readonly string[], more: Partial<Member> = {}): this {
    const email = `${id}@example.com`;
    const since = '2026-11-26T08:00:00.000Z';
    this.#people.set(id, { id, email, groups, signsInBy: 'password', state: 'active', createdAt: since, ...more });
    return this;
  }

  groupsOf(id: string): readonly string[] {
    return this.#of(id).groups;
  }

  async list(groups: readonly string[]): Promise<Member[]> {
    return [...this.#people.values()].map((one) => ({ ...one, groups: groups.filter((g) => one.groups.includes(g)) }));
  }

  async add(email: string): Promise<Member> {
    const there = [...this.#people.values()].some((one) => one.signsInBy === 'password' && one.email === email);
    if (there) throw new Conflict(`there is somebody with the address ${email} already`);
    const id = `id-of-${email.split('@')[0]}`;
    return this.with(id, [], { email, state: 'invited' }).#of(id);
  }

  async invite(email: string): Promise<void> {
    const found = [...this.#people.values()].some((one) => one.email === email);
    if (!found) throw new NotFound(`nobody ${JSON.stringify(email)}`);
    this.mails.push([email, 'invitation']);
  }

  async enter(id: string, group: string): Promise<void> {
    this.#change(id, { groups: [...new Set([...this.#of(id).groups, group])] });
  }

  async leave(id: string, group: string): Promise<void> {
    this.#change(id, { groups: this.#of(id).groups.filter((one) => one !== group) });
  }

  async resetPassword(id: string): Promise<void> {
    this.mails.push([this.#of(id).email, 'code']);
    this.#change(id, { state: 'reset' });
  }

  async remove(id: string): Promise<void> {
    this.#of(id);
    this.#people.delete(id);
  }

  #change(id: string, change: Partial<Member>): void {
    this.#people.set(id, { ...this.#of(id), ...change });
  }

  #of(id: string): Member {
    const found = this.#people.get(id);
    if (!found) throw new NotFound(`nobody ${JSON.stringify(id)}`);
    return found;
  }
}
