import { type SftpUser, SftpUserName } from '../contracts/sftp.ts';
import type { ObjectStore, Secrets } from '../ports.ts';
import { isPassword } from './passwords.ts';
import { findUser, passwordSecret } from './users.ts';

/** A refused password is told this long after it was given, whatever was wrong with it. */
export const REFUSAL_MS = 2_000;

type Home = { objects: ObjectStore; secrets: Secrets };

/** The user who may be signed in by a key, when the client proves to have one of them. */
export async function userWithKeys({ objects }: Home, name: string): Promise<SftpUser | undefined> {
  const user = await existing(objects, name);
  return user && user.public_keys.length > 0 ? user : undefined;
}

/** The user whose password this is. */
export async function userOfPassword(home: Home, name: string, password: string): Promise<SftpUser | undefined> {
  const user = await existing(home.objects, name);
  const hash = user?.password_set_at ? await home.secrets.get(passwordSecret(user.name)) : undefined;
  return (await isPassword(password, hash)) ? user : undefined;
}

/** Names that no user can have are asked for all the time, by those who try doors. */
const existing = async (objects: ObjectStore, name: string) =>
  SftpUserName.safeParse(name).success ? findUser(objects, name) : undefined;
