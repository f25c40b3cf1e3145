import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { errorNamed, InternalError, RunStopped } from '../core/errors.ts';
import type { FileReader } from '../core/feeds/port.ts';
import type { StitchEngine } from '../core/stitch/port.ts';
import type { EngineAnswer, EngineCall } from './engine-messages.ts';

type OnProgress = (stage: string, done: number, total?: number) => void;

/** Reads files and stitches in a child process, one request after the other; it is killed to stop one. */
export class EngineProcess {
  readonly #spillFolder: string;
  readonly #memoryLimit: string;
  #child: ChildProcess | undefined;
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: { spillFolder: string; memoryLimit: string }) {
    this.#spillFolder = options.spillFolder;
    this.#memoryLimit = options.memoryLimit;
  }

  readonly files: FileReader = {
    read: ({ signal, progress, ...request }) =>
      this.#ask({ call: 'read', request }, signal, (_stage, done, total) => progress?.(done, total)),
    discover: (path, name, { signal, ...known } = {}) =>
      this.#ask({ call: 'discover', request: { path, name, ...known } }, signal),
  };

  readonly stitch: StitchEngine = {
    run: ({ signal, progress, counted: _, ...request }) => this.#ask({ call: 'stitch', request }, signal, progress),
    runChanges: ({ signal, progress, counted: _, ...request }) =>
      this.#ask({ call: 'stitch changes', request }, signal, progress),
    tryModel: ({ signal, progress, counted: _, ...request }) =>
      this.#ask({ call: 'try model', request }, signal, progress),
  };

  close(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #ask<T>(call: EngineCall, signal?: AbortSignal, progress?: OnProgress): Promise<T> {
    const mine = this.#queue.then(() => this.#answer<T>(call, signal, progress));
    this.#queue = mine.catch(() => undefined);
    return mine;
  }

  #answer<T>(call: EngineCall, signal: AbortSignal | undefined, progress: OnProgress | undefined): Promise<T> {
    if (signal?.aborted) return Promise.reject(new RunStopped(`${call.call} was stopped`));
    const child = this.#start();
    return new Promise<T>((resolve, reject) => {
      const stop = () => this.close();
      const settle = (done: () => void) => {
        signal?.removeEventListener('abort', stop);
        child.off('message', hear);
        child.off('exit', gone);
        done();
      };
      const hear = (answer: EngineAnswer) => {
        if (answer.type === 'progress') progress?.(answer.stage, answer.done, answer.total);
        else if (answer.type === 'result') settle(() => resolve(answer.value as T));
        else settle(() => reject(errorNamed(answer.name, answer.message, answer.data)));
      };
      const gone = (code: number | null, killedBy: string | null) => {
        if (this.#child === child) this.#child = undefined;
        const why = signal?.aborted
          ? new RunStopped(`${call.call} was stopped`)
          : new InternalError(
              `the engine's process ended while it did ${call.call}: ${killedBy ?? `exit code ${code}`}`,
            );
        settle(() => reject(why));
      };
      signal?.addEventListener('abort', stop, { once: true });
      child.on('message', hear);
      child.on('exit', gone);
      child.send(call);
    });
  }

  #start(): ChildProcess {
    this.#child ??= fork(
      fileURLToPath(new URL('../bin/run.mjs', import.meta.url)),
      ['local/engine-worker.ts', this.#spillFolder, this.#memoryLimit],
      {
        execArgv: ['--max-old-space-size=2048'],
        serialization: 'advanced',
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    return this.#child;
  }
}
