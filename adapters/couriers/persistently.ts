import { setTimeout as pause } from 'node:timers/promises';
import { SourceUnreachable } from '../../core/errors.ts';

/** Tries that may fail one after the other before anything more has come: some half a minute, in which servers restart. */
const VAIN_TRIES = 8;
/** Longer than this a system is not waited for here that asks us to come later: the step is tried again instead. */
const LONGEST_WAIT_MS = 120_000;

const delayAfter = (vain: number): number => Math.min(250 * 2 ** vain, 5_000);

/** When a system may be asked again, as it said itself. */
const askedToWait = ({ data }: SourceUnreachable): number =>
  typeof data.retry_after_ms === 'number' ? data.retry_after_ms : 0;

/** Does what fails as `SourceUnreachable` again, each time after a longer while; `hasCome` tells how far it came. */
export async function persistently<T>(
  { signal, hasCome }: { signal: AbortSignal; hasCome: () => number },
  work: () => Promise<T>,
): Promise<T> {
  for (let vain = 0; ; vain++) {
    const before = hasCome();
    try {
      return await work();
    } catch (cause) {
      if (signal.aborted || !(cause instanceof SourceUnreachable)) throw cause;
      if (hasCome() > before) vain = 0;
      const wait = Math.max(delayAfter(vain), askedToWait(cause));
      if (vain >= VAIN_TRIES || wait > LONGEST_WAIT_MS) throw cause;
      await pause(wait, undefined, { signal }).catch(() => undefined);
    }
  }
}
