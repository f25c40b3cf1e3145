import { timingSafeEqual } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { destination, type Logger, pino } from 'pino';
import { testConnection } from '../adapters/couriers/test-connection.ts';
import type { LaptopSite } from '../adapters/sftp-site/laptop.ts';
import type { EnvironmentAccess, Platform, TenantRequest } from '../api/platform.ts';
import type { Run } from '../core/contracts/runs.ts';
import { ConfigurationStore } from '../core/environments/configuration-store.ts';
import { startingDocuments } from '../core/environments/new-tenant.ts';
import { Conflict, NotFound } from '../core/errors.ts';
import type { Principal } from '../core/policies/policy.ts';
import { policiesOf } from '../core/policies/standard.ts';
import type { Schedules } from '../core/ports.ts';
import type { Kept } from '../core/workflows/keep-schedule.ts';
import { getRun } from '../core/workflows/runs.ts';
import { followSchedules, startsByItself } from '../core/workflows/schedules.ts';
import { LocalArrivals } from './arrivals.ts';
import { LocalClock } from './clock.ts';
import { EngineProcess } from './engine-process.ts';
import { type LocalEnvironment, memoryLimits, openEnvironment } from './environment.ts';
import { apiToken, environmentFolders, exists, inboxFolder, logFile, ownHome } from './home.ts';
import { InboxKeeper } from './inbox-keeper.ts';
import { type OpenedSite, SftpSites } from './sftp-sites.ts';

/** Who has a home's token may do everything in it. */
const owner: Principal = {
  id: 'owner',
  name: 'owner',
  policies: policiesOf(['datagrid-administrator']),
  worksIn: () => true,
};

/** Of a process that serves nobody: it will have ended when a time comes, and the server reads the schedules when it starts. */
const untimed: Schedules = { set: async () => undefined };

/** Everything of one home, owned by this process until it is closed; environments open when they are first asked for. */
export class LocalPlatform implements Platform {
  readonly home: string;
  readonly #token: string;
  readonly #ownership: Awaited<ReturnType<typeof ownHome>>;
  readonly #engine: EngineProcess;
  readonly #log: Logger;
  readonly #environments = new Map<string, Promise<LocalEnvironment>>();
  readonly #arrivals: LocalArrivals;
  readonly #sites: SftpSites;
  readonly #inboxes: InboxKeeper;
  #clock: LocalClock | undefined;

  private constructor(home: string, token: string, ownership: Awaited<ReturnType<typeof ownHome>>) {
    this.home = home;
    this.#token = token;
    this.#ownership = ownership;
    this.#engine = new EngineProcess({ spillFolder: join(home, 'spill'), memoryLimit: memoryLimits.engine });
    this.#log = pino(destination({ dest: logFile(home), sync: true }));
    this.#arrivals = new LocalArrivals((cause) =>
      this.#log.error({ err: cause }, 'an arrival could not start its run'),
    );
    this.#inboxes = new InboxKeeper({
      environments: () => this.#production(),
      failed: (cause) => this.#log.error({ err: cause }, 'old files could not be archived'),
    });
    this.#sites = new SftpSites({
      home,
      log: this.#log,
      arrived: (environment, key) => this.#arrivals.note(environment, key),
    });
  }

  /** `HomeInUse` while another process owns the home. */
  static async open(home: string): Promise<LocalPlatform> {
    const ownership = await ownHome(home);
    return new LocalPlatform(home, await apiToken(home), ownership);
  }

  /** Tells other processes of this machine where the API is. */
  announce(url: string): Promise<void> {
    return this.#ownership.announce(url);
  }

  async principalOf(token: string): Promise<Principal | undefined> {
    const [given, expected] = [Buffer.from(token), Buffer.from(this.#token)];
    return given.length === expected.length && timingSafeEqual(given, expected) ? owner : undefined;
  }

  async tenants(): Promise<string[]> {
    const entries = await readdir(join(this.home, 'tenants'), { withFileTypes: true }).catch(() => []);
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
  }

  async createTenant(request: TenantRequest, principal: string): Promise<void> {
    await mkdir(inboxFolder(this.home, request.name), { recursive: true });
    await mkdir(environmentFolders(this.home, request.name, 'production').root, { recursive: true });
    const { objects } = await this.#open(request.name, 'production');
    const configuration = new ConfigurationStore(objects);
    if (await configuration.head()) {
      throw new Conflict(`there is a tenant ${JSON.stringify(request.name)} already: take another name`);
    }
    await configuration.commit(undefined, startingDocuments(request), {
      author: principal,
      at: new Date(),
      message: `Create tenant ${request.name}`,
    });
  }

  async environment(tenant: string, environment: string): Promise<EnvironmentAccess> {
    const isThere =
      this.#environments.has(`${tenant}/${environment}`) ||
      (await exists(environmentFolders(this.home, tenant, environment).root));
    if (!isThere) {
      const tenants = await this.tenants();
      if (tenants.includes(tenant)) {
        throw new NotFound(`no environment ${JSON.stringify(environment)} of tenant ${tenant}: there is production`);
      }
      throw new NotFound(`no tenant ${JSON.stringify(tenant)}: there is ${tenants.join(', ') || 'none yet'}`);
    }
    const opened = await this.#open(tenant, environment);
    const { objects, secrets, couriers, warehouse, queries, workflows, streams, archive, folders } = opened;
    return {
      tenant,
      environment,
      objects,
      secrets,
      testConnection: (connection) => testConnection(connection, couriers),
      warehouse,
      queries,
      workflows,
      streams,
      archive,
      schedules: this.#clock?.of(opened) ?? untimed,
      ...(environment === 'production' && { sftpSite: this.#sites.of(opened) }),
      files: this.#engine.files,
      clock: () => new Date(),
      scratch: folders.scratch,
    };
  }

  /** Goes on with every run that was under way when the last process ended. */
  async recover(): Promise<Run[]> {
    const recovered: Run[] = [];
    for (const { workflows } of await this.#production()) {
      recovered.push(...(await workflows.recover()));
    }
    return recovered;
  }

  /** Starts runs by their schedules from now on; begins with slots that were missed while nothing did, which it tells. */
  async keepTime(): Promise<Kept[]> {
    const clock = new LocalClock({
      kept: ({ courierGroup, started, missed }) => {
        if (started) this.#log.info({ courier_group: courierGroup, ...started }, 'a schedule started a run');
        for (const slots of missed) this.#log.warn({ courier_group: courierGroup, ...slots }, 'slots were missed');
      },
      failed: (courierGroup, cause) =>
        this.#log.error({ courier_group: courierGroup, err: cause }, 'a schedule could not start its run'),
    });
    this.#clock = clock;
    const kept: Kept[] = [];
    this.#inboxes.start();
    for (const opened of await this.#production()) {
      const { name, objects } = opened;
      await followSchedules({ environment: name, objects, schedules: clock.of(opened), clock: () => new Date() });
      kept.push(...(await clock.catchUp(opened)));
      await opened.streams.recover();
    }
    return kept;
  }

  /** Production of a tenant of this machine, with the site that is its own. */
  async production(tenant: string): Promise<EnvironmentAccess & { sftpSite: LaptopSite }> {
    const access = await this.environment(tenant, 'production');
    return { ...access, sftpSite: this.#sites.of(await this.#open(tenant, 'production')) };
  }

  /** Lets SFTP clients in from now on, where a tenant has a site. */
  async openSites(): Promise<OpenedSite[]> {
    return this.#sites.listen(await this.#production());
  }

  /** Resolves with a run when it has ended. */
  async ended(tenant: string, environment: string, id: string): Promise<Run> {
    const { workflows, objects } = await this.#open(tenant, environment);
    return (await workflows.ended(id)) ?? getRun(objects, id);
  }

  report(requestId: string, cause: unknown): void {
    this.#log.error({ request_id: requestId, err: cause }, 'a request failed');
  }

  /** Interrupts what is under way, to go on at the next start, and lets go of the home. */
  async close(): Promise<void> {
    this.#clock?.stop();
    this.#arrivals.stop();
    await this.#inboxes.stop();
    await this.#sites.close();
    const opened = await Promise.allSettled(this.#environments.values());
    for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
    this.#engine.close();
    await this.#ownership.release();
  }

  /** Each warning of a run once, beside its record. */
  #logWarnings({ workflows }: LocalEnvironment): void {
    const logged = new Set<string>();
    workflows.changes.on('run', ({ id, name, warnings }) => {
      for (const { at, type, message } of warnings) {
        if (logged.size === logged.add(`${id} ${at} ${message}`).size) continue;
        this.#log.warn({ courier_group: name, run_id: id, type }, message);
      }
    });
  }

  async #production(): Promise<LocalEnvironment[]> {
    return Promise.all((await this.tenants()).map((tenant) => this.#open(tenant, 'production')));
  }

  #open(tenant: string, environment: string): Promise<LocalEnvironment> {
    const key = `${tenant}/${environment}`;
    const known = this.#environments.get(key);
    if (known) return known;
    const opening = openEnvironment(this.home, tenant, environment, this.#engine, {
      closed: (stream) => {
        if (startsByItself(environment)) opening.then((opened) => this.#clock?.startFor(opened, stream));
      },
      failed: (stream, cause) => this.#log.error({ stream, err: cause }, 'a file of a stream could not be closed'),
    });
    this.#environments.set(key, opening);
    opening.then((opened) => this.#logWarnings(opened)).catch(() => undefined);
    opening.catch(() => this.#environments.delete(key));
    return opening;
  }
}
