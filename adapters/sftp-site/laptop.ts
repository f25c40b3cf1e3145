import { z } from 'zod';
import { inboxPrefix } from '../../core/contracts/deployment.ts';
import type { SftpEndpoint, SftpUser } from '../../core/contracts/sftp.ts';
import { canonicalJson } from '../../core/environments/canonical.ts';
import { readJson } from '../../core/environments/json-objects.ts';
import { Conflict, InvalidInput, NotFound } from '../../core/errors.ts';
import type { ObjectStore, Secrets, SftpSite } from '../../core/ports.ts';
import type { FolderArchive } from '../inbox-archive/folder.ts';
import type { SignIn } from './laptop/authentication.ts';
import { deliver } from './laptop/delivery.ts';
import { HostKeys } from './laptop/host-keys.ts';
import { Listener, loopback } from './laptop/listener.ts';
import { Uploads } from './laptop/uploads.ts';
import { UserFolder } from './laptop/user-folder.ts';

interface LaptopSiteOptions {
  objects: ObjectStore;
  secrets: Secrets;
  /** The tenant's inbox, and a folder of the same disk for uploads that are not whole yet. */
  inbox: string;
  unfinished: string;
  /** Another one, for deliveries on their way. */
  scratch: string;
  archive: FolderArchive;
  /** Ports that the sites of other tenants have. */
  otherPorts(): Promise<number[]>;
  /** Told of a file that is whole, by its key, such as `inbox/shop/orders.csv`. */
  arrived(key: string): void;
  log(signIn: SignIn): void;
  failed(cause: unknown): void;
  /** Whether this process serves: a site that is made or moved listens at once then. */
  serves(): boolean;
  clock(): Date;
}

const siteKey = 'sftp/site.json';
const Site = z.object({ port: z.number().int(), provisioned_at: z.string() });

const FIRST_PORT = 2222;
const PORTS_TRIED = 100;
/** As long as S3 keeps the parts of an upload that nobody has completed. */
const UNFINISHED_MS = 3 * 24 * 3_600_000;

/** A tenant's SFTP site on this machine. It listens from `listen` on; others may ask of it and change it before. */
export class LaptopSite implements SftpSite {
  readonly #options: LaptopSiteOptions;
  readonly #hostKeys: HostKeys;
  readonly #uploads: Uploads;
  #listener: Listener | undefined;

  constructor(options: LaptopSiteOptions) {
    this.#options = options;
    this.#hostKeys = new HostKeys(options);
    const { inbox, unfinished } = options;
    this.#uploads = new Uploads({ inbox, unfinished, arrived: this.#arrived });
  }

  async provision(port?: number): Promise<void> {
    const { objects, clock } = this.#options;
    const found = await readJson(objects, siteKey, Site);
    if (found && (port === undefined || port === found.value.port)) {
      throw new Conflict(`there is an SFTP site already, on port ${found.value.port}: another --port would move it`);
    }
    await this.#hostKeys.make();
    const chosen = await this.#open(port);
    const site = { port: chosen.port, provisioned_at: clock().toISOString() };
    try {
      await objects.put(siteKey, canonicalJson(site), found ? { ifMatch: found.etag } : { ifNoneMatch: '*' });
    } catch (cause) {
      await chosen.listener.close();
      throw cause;
    }
    await this.#listener?.close();
    this.#listener = chosen.listener;
    if (!this.#options.serves()) await this.close();
  }

  /** Listens from now on, if there is a site; gives its port. `InvalidInput` when that is taken. */
  async listen(): Promise<number | undefined> {
    const found = await readJson(this.#options.objects, siteKey, Site);
    if (!found) return undefined;
    await this.#uploads.forget(new Date(this.#options.clock().getTime() - UNFINISHED_MS));
    const { port, listener } = await this.#open(found.value.port);
    this.#listener = listener;
    return port;
  }

  get listens(): boolean {
    return this.#listener !== undefined;
  }

  async describe(): Promise<SftpEndpoint> {
    return { host: loopback, port: (await this.#site()).port, host_keys: await this.#hostKeys.describe() };
  }

  async importHostKey(privateKey: string): Promise<void> {
    await this.#site();
    await this.#hostKeys.add(privateKey);
    this.#listener?.show(await this.#hostKeys.privateKeys());
  }

  async removeHostKey(id: string): Promise<void> {
    await this.#site();
    await this.#hostKeys.remove(id);
    this.#listener?.show(await this.#hostKeys.privateKeys());
  }

  async deliver(key: string, user: SftpUser, path: string): Promise<void> {
    await this.#site();
    const { objects, scratch } = this.#options;
    await deliver(await objects.locate(key), { folder: this.#folderOf(user), path, scratch });
  }

  /** Ends every session; what it was uploading can be resumed. */
  async close(): Promise<void> {
    await this.#listener?.close();
    this.#listener = undefined;
  }

  /** The port that the site has; undefined when there is none. */
  async port(): Promise<number | undefined> {
    return (await readJson(this.#options.objects, siteKey, Site))?.value.port;
  }

  async #site(): Promise<z.infer<typeof Site>> {
    const found = await readJson(this.#options.objects, siteKey, Site);
    if (found) return found.value;
    throw new NotFound('this tenant has no SFTP site yet: `tributary sftp provision` makes it');
  }

  /** A listener on the port, or on the first that is free. */
  async #open(port: number | undefined): Promise<{ port: number; listener: Listener }> {
    const others = await this.#options.otherPorts();
    const tried = port === undefined ? portsFrom(FIRST_PORT).filter((one) => !others.includes(one)) : [port];
    const hostKeys = await this.#hostKeys.privateKeys();
    for (const one of tried) {
      const listener = this.#newListener(hostKeys);
      const isFree = await listener.listen(one).then(
        () => !others.includes(one),
        (cause: NodeJS.ErrnoException) => {
          if (cause.code !== 'EADDRINUSE' && cause.code !== 'EACCES') throw cause;
          return undefined;
        },
      );
      if (isFree) return { port: one, listener };
      if (isFree === false) await listener.close();
    }
    const seen = port === undefined ? `ports ${tried[0]} to ${tried.at(-1)} are all` : `port ${port} is`;
    throw new InvalidInput(`${seen} taken: name a free one, \`tributary sftp provision --port PORT\``);
  }

  #newListener(hostKeys: readonly string[]): Listener {
    const { objects, secrets, clock, log, failed } = this.#options;
    return new Listener({
      home: { objects, secrets },
      hostKeys,
      folderOf: (user) => this.#folderOf(user),
      clock,
      log,
      failed,
    });
  }

  #folderOf({ folder }: SftpUser): UserFolder {
    const { inbox, archive } = this.#options;
    const inside = folder === '/' ? '' : folder;
    return new UserFolder({ inbox, folder: inside, uploads: this.#uploads, archive, arrived: this.#arrived });
  }

  readonly #arrived = (inside: string): void => this.#options.arrived(`${inboxPrefix}${inside}`);
}

const portsFrom = (first: number): number[] => Array.from({ length: PORTS_TRIED }, (_, index) => first + index);
