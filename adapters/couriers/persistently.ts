import { setTimeout as pause } from 'node:timers/promises';
import { SourceRefused, SourceUnreachable } from '../../core/errors.ts';

/** Tries that may fail one after the other before anything more has come: some half a minute, in which servers restart. */
const VAIN_TRIES = 8;
/** What a system may put us off for, all in all before anything more has come: as long as a function has room for. */
const LONGEST_WAIT_MS = 600_000;

const delayAfter = (vain: number): number => Math.min(250 * 2 ** vain, 5_000);

/** When a system may be asked again, as it said itself. */
const askedToWait = ({ data }: SourceUnreachable): number =>
  typeof data.retry_after_ms === 'number' ? data.retry_after_ms : 0;

/**
 * Does what fails as `SourceUnreachable` again, each time after a longer while; `hasCome` tells how far it came. `SourceRefused`
 * by a system that asks us to come later than is waited for.
 */
export async function persistently<T>(
  { signal, hasCome }: { signal: AbortSignal; hasCome: () => number },
  work: () => Promise<T>,
): Promise<T> {
  for (let [vain, putOff] = [0, 0]; ; vain++) {
    const before = hasCome();
    try {
      return await work();
    } catch (cause) {
      if (signal.aborted || !(cause instanceof SourceUnreachable)) throw cause;
      if (hasCome() > before) [vain, putOff] = [0, 0];
      const asked = askedToWait(cause);
      putOff += asked;
      if (putOff > LONGEST_WAIT_MS) throw tooLate(cause, asked);
      if (vain >= VAIN_TRIES) throw cause;
      await pause(Math.max(delayAfter(vain), asked), undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Asking before it is time would only put us off again. */
function tooLate(cause: SourceUnreachable, asked: number): SourceRefused {
  const at = new Date(Date.now() + asked).toISOString();
  return new SourceRefused(
    `${cause.message}: it asks us to come again at ${at}, and a run waits for ${LONGEST_WAIT_MS / 60_000} minutes at most: retry it then`,
    { cause },
  );
}
