import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/tributary.mjs', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `tributary` on a home of its own, as a shell does. */
export function startCli(
  home: string,
  args: readonly string[],
  env: Record<string, string> = {},
): { process: ChildProcess; outcome: Promise<Outcome> } {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, TRIBUTARY_HOME: home, NO_COLOR: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      texts[stream] += text;
    });
  }
  const outcome = once(child, 'close').then(([code]) => ({ code: code as number | null, ...texts }));
  return { process: child, outcome };
}

/** Runs one `tributary` command to its end. */
export const cli = (home: string, ...args: string[]): Promise<Outcome> => startCli(home, args).outcome;

/** Resolves when a command has printed what matches; fails when it ends before that. */
export function shown(started: ReturnType<typeof startCli>, what: RegExp): Promise<void> {
  let text = '';
  return new Promise((resolve, reject) => {
    started.process.stdout?.on('data', (part: string) => {
      text += part;
      if (what.test(text)) resolve();
    });
    started.outcome.then(({ stderr }) => reject(new Error(`it ended without showing ${what}: ${stderr}`)));
  });
}
