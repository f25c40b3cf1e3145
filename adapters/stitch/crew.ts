import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { InternalError } from '../../core/errors.ts';
import { alone, type Crew } from '../../core/stitch/crew.ts';

/** Where the code of a hand (hand.ts) lies, as a worker thread loads it. */
export interface HandScript {
  script: URL;
  argv?: readonly string[];
}

/** The same in a checkout, where `bin` compiles it. */
export const handOfCheckout: HandScript = {
  script: new URL('../../bin/run.mjs', import.meta.url),
  argv: ['adapters/stitch/hand.ts'],
};

/** Fewer records are resolved sooner than a hand is at work, and smaller parts done sooner than it is told of them. */
const LEAST = 50_000;

/**
 * Does work on so many records with a crew: a hand on each processor but this thread's, nobody for few records. They begin at
 * once, to be there when they are needed.
 */
export async function withCrew<T>(
  hand: HandScript | undefined,
  records: number,
  work: (crew: Crew) => Promise<T>,
): Promise<T> {
  const hands = hand === undefined || records < LEAST ? 0 : availableParallelism() - 1;
  if (hand === undefined || hands === 0) return work(alone);
  const workers = Array.from({ length: hands }, () => new Hand(hand));
  const crew: Crew = {
    hands,
    least: LEAST,
    give: (task, inputs) => {
      const made = Promise.all(
        inputs.map((input, i) => workers[i % hands]?.do<never>({ task, input }) ?? Promise.reject()),
      );
      // Who asked may fail at their own part first, and never hear of a hand that is then let go.
      made.catch(() => undefined);
      return made;
    },
  };
  try {
    return await work(crew);
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

export interface HandTask {
  task: string;
  input: unknown;
}

export type HandAnswer = { made: unknown } | { failed: unknown };

interface Waiting {
  resolve(made: never): void;
  reject(cause: unknown): void;
}

/** A thread that does one task after another. */
class Hand {
  readonly #worker: Worker;
  /** Tasks that it has not answered, in their order. */
  readonly #waiting: Waiting[] = [];
  #lost: Error | undefined;

  constructor({ script, argv = [] }: HandScript) {
    // Of this process's own options some are for its own script, such as --input-type.
    this.#worker = new Worker(script, { argv: [...argv], execArgv: [] });
    this.#worker.on('message', (answer: HandAnswer) => {
      const waiting = this.#waiting.shift();
      if ('made' in answer) waiting?.resolve(answer.made as never);
      else waiting?.reject(answer.failed);
    });
    this.#worker.on('error', (cause) => this.#lose(`failed: ${cause.message}`));
    this.#worker.on('exit', (code) => this.#lose(`ended with code ${code}`));
  }

  do<Made>(given: HandTask): Promise<Made> {
    if (this.#lost) return Promise.reject(this.#lost);
    return new Promise<Made>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(given);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** Out of memory, say: what it was to do will never come. */
  #lose(how: string): void {
    this.#lost ??= new InternalError(`a thread that Stitch had a part of its work done by ${how}`);
    for (const { reject } of this.#waiting.splice(0)) reject(this.#lost);
  }
}
