import { setTimeout as wait } from 'node:timers/promises';
import ssh2, { type AuthContext, type PasswordAuthContext, type PublicKeyAuthContext } from 'ssh2';
import type { SftpUser } from '../../../core/contracts/sftp.ts';
import type { ObjectStore, Secrets } from '../../../core/ports.ts';
import type { FailedSignIns } from '../../../core/sftp/failed-sign-ins.ts';
import { REFUSAL_MS, userOfPassword, userWithKeys } from '../../../core/sftp/sign-in.ts';

/** A sign-in that was tried, for the log. It has no password. */
export interface SignIn {
  sftp_user: string;
  source_ip: string;
  by: 'password' | 'key';
  let_in: boolean;
  /** Why a key was refused that may be the user's. */
  reason?: string;
  /** How long it was held, after too many that failed. */
  held_ms?: number;
}

interface AuthenticationOptions {
  home: { objects: ObjectStore; secrets: Secrets };
  address: string;
  /** Of all connections. */
  failures: FailedSignIns;
  clock(): Date;
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
  #name = '';
  #isKeyLogged = false;
  /** Whether a key was held, so that the password which its client tries next isn't once more. */
  #isHeld = false;
  user: SftpUser | undefined;

  constructor(options: AuthenticationOptions) {
    this.#options = options;
  }

  /** Answers one try; false when there were too many of them. */
  async answer(context: AuthContext): Promise<boolean> {
    this.#name = context.username.slice(0, 100);
    if (context.method === 'password') return this.#byPassword(context);
    if (context.method === 'publickey') return this.#byKey(context);
    context.reject(methods);
    return true;
  }

  /** The connection is closed. Clients try key after key, so that all of them together are one that failed. */
  end(): void {
    if (this.user || this.#tried.keys === 0) return;
    if (this.#tried.passwords === 0) this.#fail();
    if (!this.#isKeyLogged) this.#log({ by: 'key', let_in: false, reason: 'signed by no key of the user' });
  }

  async #byPassword(context: PasswordAuthContext): Promise<boolean> {
    const { username, password } = context;
    if (++this.#tried.passwords > most.passwords) return false;
    // Before it is looked at, since one that is right would else tell by coming at once.
    const held = this.#isHeld ? 0 : this.#held();
    this.#isHeld = false;
    const refusal = pause(Math.max(REFUSAL_MS, held));
    await pause(held);
    const isTooLong = password.length > LONGEST_PASSWORD;
    const user = isTooLong ? undefined : await userOfPassword(this.#options.home, username, password);
    this.#log({ by: 'password', let_in: user !== undefined, ...(held > 0 && { held_ms: held }) });
    if (user) this.#accept(context, user);
    else {
      this.#fail();
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
      if (signature) this.#logKey({ let_in: false });
      // A key can't be guessed as a password can: the first alone is held.
      if (this.#tried.keys === 1) await this.#holdKey();
      context.reject(methods);
    } else if (key.algo === 'ssh-rsa' && hashAlgo === undefined) {
      this.#logKey({ let_in: false, reason: 'signed with SHA-1' });
      context.reject(methods);
    } else if (!signature || !blob) context.accept();
    else if (isSignedBy(kept.key, { blob, signature, hashAlgo })) {
      this.#logKey({ let_in: true });
      this.#accept(context, user);
    } else {
      this.#logKey({ let_in: false, reason: 'signed by another key' });
      context.reject(methods);
    }
    return true;
  }

  #accept(context: AuthContext, user: SftpUser): void {
    this.user = user;
    context.accept();
  }

  async #holdKey(): Promise<void> {
    const held = this.#held();
    this.#isHeld = held > 0;
    await pause(held);
  }

  #held(): number {
    const { failures, address, clock } = this.#options;
    return failures.waitOf(this.#name, address, clock());
  }

  #fail(): void {
    const { failures, address, clock } = this.#options;
    failures.add(this.#name, address, clock());
  }

  #logKey(signIn: Pick<SignIn, 'let_in' | 'reason'>): void {
    this.#isKeyLogged = true;
    this.#log({ by: 'key', ...signIn });
  }

  #log(signIn: Omit<SignIn, 'sftp_user' | 'source_ip'>): void {
    this.#options.log({ sftp_user: this.#name, source_ip: this.#options.address, ...signIn });
  }
}

/** Nothing that a process waits for when it ends. */
const pause = (milliseconds: number): Promise<void> => wait(milliseconds, undefined, { ref: false });

function isSignedBy(
  publicKey: string,
  { blob, signature, hashAlgo }: { blob: Buffer; signature: Buffer; hashAlgo: string | undefined },
): boolean {
  const key = ssh2.utils.parseKey(publicKey);
  return !(key instanceof Error) && key.verify(blob, signature, hashAlgo) === true;
}
