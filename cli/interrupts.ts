/** npm passes a Ctrl-C on that the terminal sent to us as well: both are one. */
const samePressMs = 500;

/** Aborts at the first Ctrl-C or request to end, so that everything closes in order; the second one ends the process. */
export function interrupted(): AbortSignal {
  const abort = new AbortController();
  let first = 0;
  const hear = () => {
    if (abort.signal.aborted && Date.now() - first > samePressMs) process.exit(130);
    if (abort.signal.aborted) return;
    first = Date.now();
    abort.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  return abort.signal;
}
