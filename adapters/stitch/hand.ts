import { parentPort } from 'node:worker_threads';
import { tasks } from '../../core/stitch/tasks.ts';
import type { HandAnswer, HandTask } from './crew.ts';

/** A thread of a crew (crew.ts). */
const say = (answer: HandAnswer) => parentPort?.postMessage(answer);

parentPort?.on('message', ({ task, input }: HandTask) => {
  try {
    const work = tasks[task as keyof typeof tasks] as (input: unknown) => unknown;
    say({ made: work(input) });
  } catch (failed) {
    say({ failed });
  }
});
