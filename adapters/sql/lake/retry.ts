/** Waits grow from the first to the longest, each with jitter, so that many who wait don't come back at once. */
export interface Backoff {
  attempts: number;
  firstMs: number;
  longestMs: number;
}

/** Does work again while its failure is a passing one. */
export async function retrying<T>(
  work: () => Promise<T>,
  isPassing: (cause: unknown) => boolean,
  { attempts, firstMs, longestMs }: Backoff,
  signal?: AbortSignal,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      if (attempt >= attempts || signal?.aborted || !isPassing(cause)) throw cause;
      const longest = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
      await pause(longest / 2 + (Math.random() * longest) / 2, signal);
    }
  }
}

/** Resolves after a time, or as soon as the signal is given. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}
