import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { InternalError } from '../../core/errors.ts';
import type { Secrets } from '../../core/ports.ts';

/** Days that AWS can bring a removed secret back; it allows no fewer. */
const RECOVERY_DAYS = 7;

/** Secrets of one environment in Secrets Manager, under names that begin with the environment's. */
export class SecretsManagerSecrets implements Secrets {
  readonly #client: SecretsManagerClient;
  readonly #prefix: string;

  /** `prefix` is the name of the environment's place. */
  constructor({ client, prefix }: { client: SecretsManagerClient; prefix: string }) {
    this.#client = client;
    this.#prefix = prefix;
  }

  async get(name: string): Promise<string | undefined> {
    try {
      const { SecretString } = await this.#client.send(new GetSecretValueCommand(this.#secret(name)));
      if (SecretString === undefined) throw new InternalError(`secret ${name} holds bytes: it was not written by us`);
      return SecretString;
    } catch (cause) {
      if (isGone(cause)) return undefined;
      throw cause;
    }
  }

  async put(name: string, value: string): Promise<void> {
    const change = new PutSecretValueCommand({ ...this.#secret(name), SecretString: value });
    try {
      await this.#client.send(change);
    } catch (cause) {
      if (!isGone(cause)) throw cause;
      if (cause instanceof ResourceNotFoundException) await this.#make(name);
      else await this.#client.send(new RestoreSecretCommand(this.#secret(name)));
      await this.#client.send(change);
    }
  }

  async remove(name: string): Promise<void> {
    const request = { ...this.#secret(name), RecoveryWindowInDays: RECOVERY_DAYS };
    await this.#client.send(new DeleteSecretCommand(request)).catch((cause) => {
      if (!isGone(cause)) throw cause;
    });
  }

  /** Makes one without a value. */
  async #make(name: string): Promise<void> {
    const { SecretId: Name } = this.#secret(name);
    await this.#client.send(new CreateSecretCommand({ Name })).catch((cause) => {
      // Another has made it meanwhile.
      if (!(cause instanceof ResourceExistsException)) throw cause;
    });
  }

  #secret(name: string): { SecretId: string } {
    return { SecretId: `${this.#prefix}/${name}` };
  }
}

/** It never was, or it was removed and waits for the end of its recovery window. */
const isGone = (cause: unknown): boolean =>
  cause instanceof ResourceNotFoundException ||
  (cause instanceof InvalidRequestException && /deletion/.test(cause.message));
