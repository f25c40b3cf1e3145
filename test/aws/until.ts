interface Waiting {
  /** Seconds after which it fails. @default the time of the test */
  within?: number;
  /** Milliseconds between two looks. @default 500 */
  every?: number;
}

/** What is found, once it is there. */
export async function until<T>(look: () => Promise<T | undefined>, { within, every = 500 }: Waiting = {}): Promise<T> {
  const end = Date.now() + (within ?? Number.POSITIVE_INFINITY) * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`it did not come within ${within} seconds`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}
