import { sftpUsersPrefix as folder, inboxPrefix } from '../contracts/deployment.ts';
import { SftpUser, type SftpUser as User } from '../contracts/sftp.ts';
import { canonicalJson } from '../environments/canonical.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { ObjectStore, Secrets } from '../ports.ts';
import { hashOf, newPassword } from './passwords.ts';
import { parsePublicKey } from './ssh-keys.ts';

const keyOf = (name: string) => `${folder}${name}.json`;

/** Prefix of the keys of all that a user sees. */
export const prefixOf = (user: Pick<User, 'folder'>): string =>
  user.folder === '/' ? inboxPrefix : `${inboxPrefix}${user.folder}/`;

/** Name of the secret that holds the hash of a user's password. */
export const passwordSecret = (name: string): string => `sftp/${name}/password`;

/** The user of a name; undefined when there is none. */
export async function findUser(objects: ObjectStore, name: string): Promise<User | undefined> {
  return (await read(objects, name))?.user;
}

/** The user of a name. `NotFound` when there is none. */
export async function getUser(objects: ObjectStore, name: string): Promise<User> {
  return (await existing(objects, name)).user;
}

/**
 * Users of an environment's SFTP site: an object each, with the public keys, and among the secrets the hash of the
 * password. Both homes' sites ask these.
 */
export class SftpUsers {
  readonly #objects: ObjectStore;
  readonly #secrets: Secrets;
  readonly #clock: () => Date;

  constructor({ objects, secrets, clock }: { objects: ObjectStore; secrets: Secrets; clock: () => Date }) {
    this.#objects = objects;
    this.#secrets = secrets;
    this.#clock = clock;
  }

  /** By name. */
  async list(): Promise<User[]> {
    const names = (await this.#objects.list(folder)).map(({ key }) => key.slice(folder.length, -'.json'.length));
    const users = await Promise.all(names.map((name) => findUser(this.#objects, name)));
    return users.filter((user) => user !== undefined);
  }

  /** Adds a user who can't sign in until there is a key or a password. `Conflict` when there is one of that name. */
  async add(name: string, ofFolder: string): Promise<User> {
    const user: User = {
      name,
      folder: ofFolder,
      public_keys: [],
      password_set_at: null,
      created_at: this.#clock().toISOString(),
    };
    await this.#objects.put(keyOf(name), canonicalJson(user), { ifNoneMatch: '*' }).catch((cause) => {
      if (!(cause instanceof Conflict)) throw cause;
      throw new Conflict(`there is an SFTP user ${name} already: take another name, or remove that one first`, {
        cause,
      });
    });
    return user;
  }

  /** Takes a user away; what was uploaded stays. */
  async remove(name: string): Promise<User> {
    const user = await getUser(this.#objects, name);
    // First what signing in needs: a crash between leaves a hash that nothing asks for.
    await this.#objects.delete(keyOf(name));
    await this.#secrets.remove(passwordSecret(name));
    return user;
  }

  /** Lets another key in. One that is let in already changes nothing. */
  async addKey(name: string, publicKey: string): Promise<User> {
    const parsed = parsePublicKey(publicKey);
    const added = { ...parsed, added_at: this.#clock().toISOString() };
    return this.#change(name, (user) => {
      if (user.public_keys.some(({ fingerprint }) => fingerprint === parsed.fingerprint)) return user;
      return { ...user, public_keys: [...user.public_keys, added] };
    });
  }

  removeKey(name: string, fingerprint: string): Promise<User> {
    return this.#change(name, (user) => {
      const kept = user.public_keys.filter((key) => key.fingerprint !== fingerprint);
      if (kept.length < user.public_keys.length) return { ...user, public_keys: kept };
      const known = user.public_keys.map((key) => key.fingerprint).join(', ');
      throw new NotFound(`user ${name} has no key ${JSON.stringify(fingerprint)}: there is ${known || 'none'}`);
    });
  }

  /** Gives a user a new password, which nobody can read again, in place of the one before. */
  async setPassword(name: string): Promise<string> {
    await getUser(this.#objects, name);
    const password = newPassword();
    await this.#secrets.put(passwordSecret(name), await hashOf(password));
    await this.#change(name, (user) => ({ ...user, password_set_at: this.#clock().toISOString() }));
    return password;
  }

  async #change(name: string, change: (user: User) => User): Promise<User> {
    const { user, etag } = await existing(this.#objects, name);
    const changed = change(user);
    if (changed !== user) await this.#objects.put(keyOf(name), canonicalJson(changed), { ifMatch: etag });
    return changed;
  }
}

async function existing(objects: ObjectStore, name: string): Promise<{ user: User; etag: string }> {
  const found = await read(objects, name);
  if (!found) throw new NotFound(`no SFTP user ${JSON.stringify(name)}: \`tributary sftp show\` lists them`);
  return found;
}

async function read(objects: ObjectStore, name: string): Promise<{ user: User; etag: string } | undefined> {
  const found = await objects.get(keyOf(name));
  return found && { user: SftpUser.parse(JSON.parse(Buffer.from(found.body).toString('utf8'))), etag: found.etag };
}
