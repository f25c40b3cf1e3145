import type { Logger } from 'pino';
import { LaptopSite } from '../adapters/sftp-site/laptop.ts';
import { InvalidInput } from '../core/errors.ts';
import type { LocalEnvironment } from './environment.ts';
import { inboxFolder } from './home.ts';

interface SftpSitesOptions {
  home: string;
  log: Logger;
  /** Told of a file that is whole, by its key. */
  arrived(environment: LocalEnvironment, key: string): void;
}

/** A site that listens, or why it does not. */
export interface OpenedSite {
  tenant: string;
  port?: number;
  refusal?: string;
}

/** The SFTP sites of a home, one a tenant. */
export class SftpSites {
  readonly #options: SftpSitesOptions;
  #serves = false;
  readonly #sites = new Map<LocalEnvironment, LaptopSite>();

  constructor(options: SftpSitesOptions) {
    this.#options = options;
  }

  of(environment: LocalEnvironment): LaptopSite {
    const known = this.#sites.get(environment);
    if (known) return known;
    const { home, log, arrived } = this.#options;
    const { tenant, objects, secrets, folders, archive } = environment;
    const made: LaptopSite = new LaptopSite({
      objects,
      secrets,
      inbox: inboxFolder(home, tenant),
      unfinished: folders.uploads,
      scratch: folders.scratch,
      archive,
      otherPorts: () => this.#portsBeside(made),
      arrived: (key) => arrived(environment, key),
      log: (signIn) => log.info({ tenant, ...signIn }, 'sign-in'),
      failed: (cause) => log.error({ tenant, err: cause }, 'a request to the SFTP site failed'),
      serves: () => this.#serves,
      clock: () => new Date(),
    });
    this.#sites.set(environment, made);
    return made;
  }

  /** Lets clients in from now on, where there is a site. One that can't listen keeps nothing else from it. */
  async listen(environments: readonly LocalEnvironment[]): Promise<OpenedSite[]> {
    this.#serves = true;
    const opened: OpenedSite[] = [];
    for (const environment of environments) {
      const { tenant } = environment;
      try {
        const port = await this.of(environment).listen();
        if (port !== undefined) opened.push({ tenant, port });
      } catch (cause) {
        if (!(cause instanceof InvalidInput)) throw cause;
        opened.push({ tenant, refusal: cause.message });
      }
    }
    return opened;
  }

  async close(): Promise<void> {
    for (const site of this.#sites.values()) await site.close();
  }

  /** Of the tenants that were opened, which a server's all are. */
  async #portsBeside(site: LaptopSite): Promise<number[]> {
    const others = [...this.#sites.values()].filter((one) => one !== site);
    return (await Promise.all(others.map((one) => one.port()))).filter((port) => port !== undefined);
  }
}
