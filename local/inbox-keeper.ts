import type { LocalEnvironment } from './environment.ts';

interface InboxKeeperOptions {
  /** One of each tenant, whose environments share an inbox. */
  environments(): Promise<LocalEnvironment[]>;
  failed(cause: unknown): void;
}

/** How often it is looked what has become old. */
const LOOK_MS = 3_600_000;

/** Archives what has been in inboxes for long, for as long as the server serves. */
export class InboxKeeper {
  readonly #options: InboxKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: InboxKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    const look = () => {
      this.#looking = this.#looking.then(() => this.#look()).catch(this.#options.failed);
    };
    this.#timer = setInterval(look, LOOK_MS).unref();
    look();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    for (const { archive } of await this.#options.environments()) await archive.keep(new Date());
  }
}
