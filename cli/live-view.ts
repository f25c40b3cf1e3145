import { setTimeout as after } from 'node:timers/promises';
import type { Run } from '../core/contracts/runs.ts';
import { hasEnded } from '../core/workflows/runs.ts';
import type { Client } from './client.ts';
import { PlainReport } from './plain-report.ts';
import { Redrawing } from './redrawing.ts';
import { runLines } from './run-lines.ts';

const refreshMs = 120;
/** Of a deployment, which is far. */
const refreshFarMs = 1000;
/** A run of years has thousands of tasks: between looks at it passes so many times the time that one takes. */
const lookShare = 5;

/** Shows a run until it has ended, drawn anew in place on a terminal, as plain lines elsewhere. */
export async function watchRun(
  client: Client,
  environment: string,
  id: string,
  options: { silent?: boolean; signal?: AbortSignal } = {},
): Promise<Run> {
  const show = options.silent ? () => undefined : shower();
  const terminal = show instanceof Redrawing ? show : undefined;
  try {
    for (let turn = 0; ; turn++) {
      const began = performance.now();
      const run = await client.get<Run>(`${environment}/runs/${id}`);
      if (terminal) terminal.draw(runLines(run, { now: Date.now(), turn, columns: terminal.columns }));
      else if (show instanceof PlainReport) show.tell(run, Date.now());
      if (hasEnded(run) || options.signal?.aborted) return run;
      const pause = Math.max(client.isDeployed ? refreshFarMs : refreshMs, lookShare * (performance.now() - began));
      await after(pause, undefined, options.signal ? { signal: options.signal } : {}).catch(() => undefined);
    }
  } finally {
    terminal?.end();
  }
}

const shower = () =>
  process.stdout.isTTY ? new Redrawing(process.stdout) : new PlainReport((line) => process.stdout.write(`${line}\n`));
