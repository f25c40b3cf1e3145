import { REFUSAL_MS } from './sign-in.ts';

/** How long a failure counts, and how many are nobody's concern: a person mistypes. */
const COUNTED_MS = 10 * 60_000;
const FREE = 5;
const LONGEST_MS = 30_000;
/** Of each name or address no more have to be known, for the wait is the longest then. */
const KEPT = FREE + Math.ceil(Math.log2(LONGEST_MS / REFUSAL_MS));
/** Names, or addresses, that are remembered; those that failed the longest ago are forgotten. */
const REMEMBERED = 10_000;

/** Who failed to sign in of late, by name and by address, whatever the connection. */
export class FailedSignIns {
  readonly #byName = new RecentFailures();
  readonly #byAddress = new RecentFailures();

  /** Milliseconds that one who tries now has to wait: none at first, then twice as many with each failure, 30 s at the most. */
  waitOf(name: string, address: string, now: Date): number {
    const failures = Math.max(this.#byName.count(name, now), this.#byAddress.count(address, now));
    return failures < FREE ? 0 : Math.min(LONGEST_MS, REFUSAL_MS * 2 ** (failures - FREE + 1));
  }

  add(name: string, address: string, now: Date): void {
    this.#byName.add(name, now);
    this.#byAddress.add(address, now);
  }
}

class RecentFailures {
  readonly #times = new Map<string, number[]>();

  count(of: string, now: Date): number {
    return (this.#times.get(of) ?? []).filter((time) => time > now.getTime() - COUNTED_MS).length;
  }

  add(of: string, now: Date): void {
    const times = [...(this.#times.get(of) ?? []), now.getTime()].slice(-KEPT);
    this.#times.delete(of);
    this.#times.set(of, times);
    const [oldest] = this.#times.keys();
    if (this.#times.size > REMEMBERED && oldest !== undefined) this.#times.delete(oldest);
  }
}
