import { TooManyRequests } from '../errors.ts';

/** How a caller stands with a limit, as `RateLimit-…` headers tell it. */
export interface RateState {
  /** Requests a second. */
  limit: number;
  /** Of them, how many may come at this moment. */
  remaining: number;
}

/** So many requests a second, of which those of one second may come at once. */
export class RateLimit {
  #left: number;
  #at: number;

  constructor(limit: number, now: number) {
    this.#left = limit;
    this.#at = now;
  }

  /** Takes one request at a moment, in milliseconds. `TooManyRequests` when there is none left. */
  take(limit: number, now: number): RateState {
    this.#left = Math.min(limit, this.#left + ((now - this.#at) / 1000) * limit);
    this.#at = now;
    if (this.#left < 1) {
      throw new TooManyRequests(`more than ${limit} requests a second: try again in a second, or send batches`, {
        data: { limit, remaining: 0, retry_after: 1 },
      });
    }
    this.#left -= 1;
    return { limit, remaining: Math.floor(this.#left) };
  }
}
