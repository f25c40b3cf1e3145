/** One request to write. */
export interface Write {
  id: number;
  handle: Buffer;
  offset: number;
  data: Buffer;
}

/** Bytes that go to the disk at once at most. */
const MOST_BYTES = 1 << 20;

/**
 * Writes that came with nothing between them. Those that follow on each other go to the disk together, and are answered together:
 * a client sends 32 KB at a time, for which a turn to the disk and one to the network cost more than its bytes.
 */
export class WaitingWrites {
  readonly #waiting: Write[] = [];

  add(write: Write): void {
    this.#waiting.push(write);
  }

  /** Takes a write, and those that go on where it ends; none when it was taken with one before it. */
  take(first: Write): Write[] {
    if (this.#waiting[0] !== first) return [];
    let [count, bytes] = [1, first.data.length];
    for (let next = this.#waiting[count]; next !== undefined; next = this.#waiting[++count]) {
      const goesOn = next.offset === first.offset + bytes && next.handle.equals(first.handle);
      if (!goesOn || bytes + next.data.length > MOST_BYTES) break;
      bytes += next.data.length;
    }
    return this.#waiting.splice(0, count);
  }
}
