import { setTimeout as wait } from 'node:timers/promises';
import ssh2, { type AuthContext, type PasswordAuthContext, type PublicKeyAuthContext } from 'ssh2';
import type { SftpUser } from '../../../core/contracts/sftp.ts';
import type { ObjectStore, Secrets } from '../../../core/ports.ts';
import { REFUSAL_MS, userOfPassword, userWithKeys } from '../../../core/sftp/sign-in.ts';

/** A sign-in that was tried, for the log. It has no password. */
export interface SignIn {
  sftp_user: string;
  source_ip: string;
  by: 'password' | 'key';
  let_in: boolean;
  /** Why a key was refused that may be the user's. */
  reason?: string;
}

interface AuthenticationOptions {
  home: { objects: ObjectStore; secrets: Secrets };
  address: string;
  log(signIn: SignIn): void;
}

const LONGEST_PASSWORD = 1000;
/** Of one connection. Clients with an agent try every key that it has. */
const most = { passwords: 3, keys: 20 };
const methods = ['publickey' as const, 'password' as const];

/** Lets one connection in, or not. */
export class Authentication {
  readonly #options: AuthenticationOptions;
  readonly #tried = { passwords: 0, keys: 0 };
  user: SftpUser | undefined;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** Answers one try; false when there were too many of them. */
  async answer(context: AuthContext): Promise<boolean> {
    if (context.method === 'password') return this.#byPassword(context);
    if (context.method === 'publickey') return this.#byKey(context);
    context.reject(methods);
    return true;
  }

  async #byPassword(context: PasswordAuthContext): Promise<boolean> {
    const { username, password } = context;
    if (++this.#tried.passwords > most.passwords) return false;
    const refusal = wait(REFUSAL_MS);
    const isTooLong = password.length > LONGEST_PASSWORD;
    const user = isTooLong ? undefined : await userOfPassword(this.#options.home, username, password);
    this.#log(username, { by: 'password', let_in: user !== undefined });
    if (user) this.#accept(context, user);
    else {
      await refusal;
      context.reject(methods);
    }
    return true;
  }

  /** Asked first whether a key would do, then with a signature by it. */
  async #byKey(context: PublicKeyAuthContext): Promise<boolean> {
    const { username, key, signature, blob, hashAlgo } = context;
    if (++this.#tried.keys > most.keys) return false;
    const user = await userWithKeys(this.#options.home, username);
    const kept = user?.public_keys.find((one) => Buffer.from(one.key.split(' ')[1] ?? '', 'base64').equals(key.data));
    if (!user || !kept) {
      if (signature) this.#log(username, { by: 'key', let_in: false });
      context.reject(methods);
    } else if (key.algo === 'ssh-rsa' && hashAlgo === undefined) {
      this.#log(username, { by: 'key', let_in: false, reason: 'signed with SHA-1' });
      context.reject(methods);
    } else if (!signature || !blob) context.accept();
    else if (isSignedBy(kept.key, { blob, signature, hashAlgo })) {
      this.#log(username, { by: 'key', let_in: true });
      this.#accept(context, user);
    } else {
      this.#log(username, { by: 'key', let_in: false, reason: 'signed by another key' });
      context.reject(methods);
    }
    return true;
  }

  #accept(context: AuthContext, user: SftpUser): void {
    this.user = user;
    context.accept();
  }

  #log(username: string, signIn: Pick<SignIn, 'by' | 'let_in' | 'reason'>): void {
    this.#options.log({ sftp_user: username.slice(0, 100), source_ip: this.#options.address, ...signIn });
  }
}

function isSignedBy(
  publicKey: string,
  { blob, signature, hashAlgo }: { blob: Buffer; signature: Buffer; hashAlgo: string | undefined },
): boolean {
  const key = ssh2.utils.parseKey(publicKey);
  return !(key instanceof Error) && key.verify(blob, signature, hashAlgo) === true;
}
