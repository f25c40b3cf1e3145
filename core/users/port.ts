import type { UserAccount } from '../contracts/users.ts';

/** Somebody as a user pool knows them. */
export interface Member {
  id: string;
  email: string;
  /** Those of the pool, among the groups that were asked about. */
  groups: readonly string[];
  signsInBy: UserAccount['signs_in_by'];
  /** Their groups in the company's directory when they last signed in by it, as it told them. */
  directoryGroups?: string;
  state: UserAccount['state'];
  createdAt: string;
}

/**
 * The people of a deployment, each with the groups that they are in. What somebody may be given, and by whom, is
 * `administration.ts`. `NotFound` for an id of nobody.
 */
export interface Users {
  /** Everybody, told whether they are in each of these groups. */
  list(groups: readonly string[]): Promise<Member[]>;
  /** Adds somebody in no group, who is mailed nothing. `Conflict` when that address is somebody's already. */
  add(email: string): Promise<Member>;
  /** Mails the person of an address who has no password of their own yet a first one, in place of any before. */
  invite(email: string): Promise<void>;
  /** Once or twice. */
  enter(id: string, group: string): Promise<void>;
  /** Once or twice. */
  leave(id: string, group: string): Promise<void>;
  /** Has somebody choose another password, by a code that they are mailed. */
  resetPassword(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}
