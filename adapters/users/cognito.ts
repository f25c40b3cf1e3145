import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminResetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  LimitExceededException,
  paginateListUsers,
  paginateListUsersInGroup,
  UserNotFoundException,
  UsernameExistsException,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { directoryGroupsAttribute } from '../../core/contracts/users.ts';
import { Conflict, NotFound } from '../../core/errors.ts';
import type { Member, Users } from '../../core/users/port.ts';

/** The people of a user pool whose users sign in by their e-mail addresses. */
export class CognitoUsers implements Users {
  readonly #client: CognitoIdentityProviderClient;
  readonly #pool: { UserPoolId: string };

  constructor({ client, userPool }: { client: CognitoIdentityProviderClient; userPool: string }) {
    this.#client = client;
    this.#pool = { UserPoolId: userPool };
  }

  async list(groups: readonly string[]): Promise<Member[]> {
    const members = new Map<string, string[]>();
    // One after another: Cognito allows few requests a second.
    for (const GroupName of groups) {
      const pages = paginateListUsersInGroup({ client: this.#client }, { ...this.#pool, GroupName });
      for await (const { Users = [] } of pages) {
        for (const { Username = '' } of Users) members.set(Username, [...(members.get(Username) ?? []), GroupName]);
      }
    }
    const people: Member[] = [];
    for await (const { Users = [] } of paginateListUsers({ client: this.#client }, this.#pool)) {
      people.push(...Users.map((user) => memberOf(user, members.get(user.Username ?? '') ?? [])));
    }
    return people;
  }

  async add(email: string): Promise<Member> {
    const UserAttributes = [
      { Name: 'email', Value: email },
      // Their invitation goes there, and so does the code that lets them choose another password.
      { Name: 'email_verified', Value: 'true' },
    ];
    const request = { ...this.#pool, Username: email, UserAttributes, MessageAction: 'SUPPRESS' as const };
    const { User = {} } = await this.#client.send(new AdminCreateUserCommand(request)).catch((cause) => {
      if (!(cause instanceof UsernameExistsException)) throw cause;
      throw new Conflict(`there is somebody with the address ${email} already`, { cause });
    });
    return memberOf(User, []);
  }

  async invite(email: string): Promise<void> {
    // This request knows somebody by their address alone, where others know them by their id, too.
    const how = { MessageAction: 'RESEND' as const, DesiredDeliveryMediums: ['EMAIL' as const] };
    await this.#client.send(new AdminCreateUserCommand({ ...this.#user(email), ...how })).catch(refusal(email));
  }

  async enter(id: string, GroupName: string): Promise<void> {
    await this.#client.send(new AdminAddUserToGroupCommand({ ...this.#user(id), GroupName })).catch(refusal(id));
  }

  async leave(id: string, GroupName: string): Promise<void> {
    await this.#client.send(new AdminRemoveUserFromGroupCommand({ ...this.#user(id), GroupName })).catch(refusal(id));
  }

  async resetPassword(id: string): Promise<void> {
    await this.#client.send(new AdminResetUserPasswordCommand(this.#user(id))).catch(refusal(id));
  }

  async remove(id: string): Promise<void> {
    await this.#client.send(new AdminDeleteUserCommand(this.#user(id))).catch(refusal(id));
  }

  #user(Username: string) {
    return { ...this.#pool, Username };
  }
}

function memberOf(user: UserType, groups: readonly string[]): Member {
  const attribute = (name: string) => user.Attributes?.find(({ Name }) => Name === name)?.Value;
  const directoryGroups = attribute(directoryGroupsAttribute);
  return {
    id: user.Username ?? '',
    email: attribute('email') ?? '',
    groups,
    signsInBy: user.UserStatus === 'EXTERNAL_PROVIDER' ? 'directory' : 'password',
    ...(directoryGroups !== undefined && { directoryGroups }),
    state: stateOf(user),
    createdAt: (user.UserCreateDate ?? new Date(0)).toISOString(),
  };
}

function stateOf({ Enabled, UserStatus }: UserType): Member['state'] {
  if (Enabled === false) return 'disabled';
  switch (UserStatus) {
    case 'FORCE_CHANGE_PASSWORD':
      return 'invited';
    case 'RESET_REQUIRED':
      return 'reset';
    default:
      return 'active';
  }
}

const refusal = (id: string) => (cause: unknown) => {
  if (cause instanceof UserNotFoundException) throw new NotFound(`nobody ${JSON.stringify(id)}`, { cause });
  if (cause instanceof LimitExceededException) {
    throw new Conflict(
      `Cognito mails nothing more for now (${cause.message}): try again later, or give the pool a sender of its own in SES`,
      { cause },
    );
  }
  throw cause;
};
