import { GetParameterCommand, ParameterNotFound, type SSMClient } from '@aws-sdk/client-ssm';
import {
  DeleteHostKeyCommand,
  DescribeServerCommand,
  ImportHostKeyCommand,
  InvalidRequestException,
  type ListedHostKey,
  ListHostKeysCommand,
  ResourceNotFoundException,
  type TransferClient,
} from '@aws-sdk/client-transfer';
import type { SftpEndpoint, SftpHostKey, SftpUser } from '../../core/contracts/sftp.ts';
import { Conflict, Forbidden, InvalidInput, NotFound } from '../../core/errors.ts';
import type { SftpSite } from '../../core/ports.ts';
import { checkHostKey, withActive } from '../../core/sftp/ssh-keys.ts';
import { prefixOf } from '../../core/sftp/users.ts';
import type { S3Objects } from '../objects/s3.ts';

interface TransferSiteOptions {
  transfer: TransferClient;
  ssm: SSMClient;
  /** Name of the parameter that tells the server's id, for as long as there is one. */
  parameter: string;
  /** The bucket that its users are let into. */
  objects: S3Objects;
}

const MIB = 1024 ** 2;
/** S3 copies some hundred megabytes a second in one request: many at once bring gigabytes over while the API waits. */
const COPIED_AT_ONCE = { whole: 512 * MIB, part: 256 * MIB };

/** An environment's server of AWS Transfer Family. */
export class TransferSite implements SftpSite {
  readonly #options: TransferSiteOptions;

  constructor(options: TransferSiteOptions) {
    this.#options = options;
  }

  async provision(): Promise<void> {
    throw new Forbidden(
      'the SFTP site of a deployment is made by its configuration: set `sftp` of the tenant in infra/config.ts, and deploy',
    );
  }

  async describe(): Promise<SftpEndpoint> {
    const { transfer } = this.#options;
    const ServerId = await this.#serverId();
    const { Server } = await transfer.send(new DescribeServerCommand({ ServerId }));
    const named = Server?.Tags?.find(({ Key }) => Key === 'transfer:customHostname')?.Value;
    const region = await transfer.config.region();
    return {
      host: named ?? `${ServerId}.server.transfer.${region}.amazonaws.com`,
      port: 22,
      host_keys: await this.#hostKeys(ServerId),
    };
  }

  async importHostKey(privateKey: string): Promise<void> {
    checkHostKey(privateKey);
    const request = { ServerId: await this.#serverId(), HostKeyBody: privateKey };
    await this.#options.transfer.send(new ImportHostKeyCommand(request)).catch((cause) => {
      // What AWS says of a key that it refuses may quote it.
      if (!(cause instanceof InvalidRequestException)) throw cause;
      throw new InvalidInput(
        "the host key is refused by AWS: expected one that the server doesn't have, as `ssh-keygen` writes it",
      );
    });
  }

  async removeHostKey(id: string): Promise<void> {
    const request = { ServerId: await this.#serverId(), HostKeyId: id };
    await this.#options.transfer.send(new DeleteHostKeyCommand(request)).catch((cause) => {
      if (!(cause instanceof ResourceNotFoundException)) throw cause;
      throw new NotFound(`the SFTP site has no host key ${JSON.stringify(id)}: \`tributary sftp show\` lists them`);
    });
  }

  async deliver(key: string, user: SftpUser, path: string): Promise<void> {
    await this.#serverId();
    const { objects } = this.#options;
    const to = `${prefixOf(user)}${path}`;
    if ((await objects.list(`${to}/`)).length > 0) throw new Conflict(`${path} is a folder: expected a file`);
    for (const above of foldersAbove(path)) {
      if (await objects.has(`${prefixOf(user)}${above}`)) throw new Conflict(`${above} is a file: expected a folder`);
    }
    await objects.copy(key, to, COPIED_AT_ONCE);
  }

  async #hostKeys(ServerId: string): Promise<SftpHostKey[]> {
    // A server has ten of them at most.
    const { HostKeys = [] } = await this.#options.transfer.send(new ListHostKeysCommand({ ServerId, MaxResults: 100 }));
    return described(HostKeys);
  }

  async #serverId(): Promise<string> {
    const { ssm, parameter: Name } = this.#options;
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
      return Parameter?.Value ?? '';
    } catch (cause) {
      if (!(cause instanceof ParameterNotFound)) throw cause;
      throw new NotFound(
        'this environment has no SFTP site: `sftp` of the tenant in infra/config.ts and a deploy turn it on, for production',
        { cause },
      );
    }
  }
}

const foldersAbove = (path: string): string[] =>
  path
    .split('/')
    .map((_, n, names) => names.slice(0, n).join('/'))
    .slice(1);

/** Oldest first. */
function described(keys: ListedHostKey[]): SftpHostKey[] {
  const shown = keys
    .map((key) => ({
      id: key.HostKeyId ?? '',
      type: key.Type ?? '',
      fingerprint: key.Fingerprint ?? '',
      imported_at: (key.DateImported ?? new Date(0)).toISOString(),
    }))
    .sort((a, b) => (a.imported_at < b.imported_at ? -1 : 1));
  return withActive(shown);
}
