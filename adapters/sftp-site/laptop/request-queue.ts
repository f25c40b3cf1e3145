/** Bytes of requests that wait at most: beyond the first the client is read from no more, beyond the second it is let go. */
const full = { pause: 8 * 2 ** 20, end: 64 * 2 ** 20 };
/** What a request without data takes in memory, about. */
const REQUEST_BYTES = 300;

interface QueueOptions {
  pause(): void;
  resume(): void;
  /** More waits than any client sends that reads its answers. */
  overflow(): void;
}

/** Does the requests of a session one after the other, as they came, and holds a client back that sends faster than the disk takes. */
export class RequestQueue {
  readonly #options: QueueOptions;
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isPaused = false;
  #ended = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  /** `work` answers for itself and throws nothing. */
  add(bytes: number, work: () => Promise<void>): void {
    if (this.#ended) return;
    this.#waiting += bytes + REQUEST_BYTES;
    if (this.#waiting > full.end) {
      this.#options.overflow();
      return;
    }
    if (bytes > 0 && this.#waiting > full.pause && !this.#isPaused) {
      this.#isPaused = true;
      this.#options.pause();
    }
    this.#last = this.#last.then(async () => {
      if (!this.#ended) await work();
      this.#waiting -= bytes + REQUEST_BYTES;
      if (this.#waiting <= full.pause / 4) this.unpause();
    });
  }

  /** Reads from the client though much waits: what it says next may be what the first of the requests waits for. */
  unpause(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#options.resume();
  }

  /** Does what is under way, and nothing more. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
  }
}
