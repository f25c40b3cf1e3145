import { inboxFolderOf } from '../adapters/couriers/inbox-folder.ts';
import { headConfiguration } from '../core/environments/load-configuration.ts';
import { groupsStartedBy, startOnArrival } from '../core/workflows/arrivals.ts';
import type { LocalEnvironment } from './environment.ts';

/** Files that come within this time after another have one look together. */
const SOON_MS = 10_000;

/** Looks after courier groups when files have come by SFTP, for as long as the server serves. */
export class LocalArrivals {
  readonly #failed: (cause: unknown) => void;
  /** Looks that are to come, by environment and courier group. */
  readonly #looks = new Map<string, NodeJS.Timeout>();

  /** `failed` is told of a start that was refused: nobody waits for it. */
  constructor(failed: (cause: unknown) => void) {
    this.#failed = failed;
  }

  /** A file is whole, of a key such as `inbox/shop/orders.csv`. */
  note(environment: LocalEnvironment, key: string): void {
    this.#note(environment, key).catch(this.#failed);
  }

  stop(): void {
    for (const look of this.#looks.values()) clearTimeout(look);
  }

  async #note(environment: LocalEnvironment, key: string): Promise<void> {
    const configuration = await headConfiguration(environment.objects);
    for (const group of groupsStartedBy(configuration, key, inboxFolderOf)) this.#lookSoon(environment, group);
  }

  #lookSoon(environment: LocalEnvironment, group: string): void {
    const name = `${environment.tenant}/${environment.name}/${group}`;
    if (this.#looks.has(name)) return;
    const place = { ...environment, environment: environment.name, clock: () => new Date() };
    const look = setTimeout(() => {
      this.#looks.delete(name);
      startOnArrival(place, group).catch(this.#failed);
    }, SOON_MS);
    this.#looks.set(name, look);
  }
}
