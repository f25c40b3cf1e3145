import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { notedTask } from '../../adapters/workflows/noted-task.ts';
import { noteRunState } from '../../adapters/workflows/run-states.ts';
import { type StateMachineDefinition, tasksOf } from '../../adapters/workflows/state-machine.ts';
import { BegunStatement, HandedOver, RunContext, TaskFailure } from '../../core/contracts/steps.ts';
import { OutOfTime, StatementAwaited, TooLarge } from '../../core/errors.ts';
import type { Progress, Services } from '../../core/ports.ts';
import buildDatabase from '../../statemachines/build-database.asl.json' with { type: 'json' };
import loadFeed from '../../statemachines/load-feed.asl.json' with { type: 'json' };
import loadFiles from '../../statemachines/load-files.asl.json' with { type: 'json' };
import runCourierGroup from '../../statemachines/run-courier-group.asl.json' with { type: 'json' };
import stitch from '../../statemachines/stitch.asl.json' with { type: 'json' };
import stitchDistributed from '../../statemachines/stitch-distributed.asl.json' with { type: 'json' };
import { type Carried, openEnvironment } from './environment.ts';
import { log } from './log.ts';
import { type Metrics, metricLine, metricsOf, metricsOfFailure } from './metrics.ts';
import { formOfStep, memoryOfStep, placeOfStep } from './place.ts';
import type { StepContext } from './step.ts';

/** What Step Functions tells a task of itself; the deployment adds it to the parameters of each. */
const Told = RunContext.pick({ run_id: true }).extend({
  task: z.object({ Name: z.string(), EnteredTime: z.string() }),
  error: TaskFailure.optional(),
  stitched: HandedOver.pick({ form: true }).optional(),
  /** How long a statement is waited for here before the machine waits for it, and what earlier calls began. */
  wait: z
    .object({ patience_ms: z.number(), begun: z.array(BegunStatement) })
    .transform(({ patience_ms, begun }) => ({ patienceMs: patience_ms, begun }))
    .optional(),
});

/** Left to a function, before its time is up, to say that it was. */
const LAST_WORDS_MS = 5_000;

const labels = new Map(
  [runCourierGroup, loadFeed, loadFiles, stitch, stitchDistributed, buildDatabase].flatMap((machine) =>
    tasksOf((machine as StateMachineDefinition).States).map(([name, state]) => [name, state.Comment ?? name] as const),
  ),
);

/** What ends a statement when the time is up looks like a person's stop, and is none. A step may say itself how far it came. */
const inTime = <T>(working: Promise<T>, label: string, timeIsUp: AbortSignal): Promise<T> =>
  working.catch((cause) => {
    if (!timeIsUp.aborted || cause instanceof OutOfTime || cause instanceof TooLarge) throw cause;
    throw new OutOfTime(`${label}: the function had no time left, and the step was not done`, { cause });
  });

/** What a step was asked, whichever form does it: what one form told another is no part of that. */
function asAsked(input: unknown): unknown {
  const { stitched: _, ...asked } = z.looseObject({}).parse(input);
  return asked;
}

/** A step's home in AWS, a function or a task: the services of the place that it is deployed for, and the notes of its run. */
export async function deployedStep(event: unknown, lambda: Context, carried: Carried): Promise<StepContext> {
  const { run_id, task, error, stitched, wait } = Told.parse(event);
  const folder = join('/tmp', lambda.awsRequestId);
  const scratch = join(folder, 'scratch');
  for (const one of [scratch, join(folder, 'spill')]) await mkdir(one, { recursive: true });
  const timer = new AbortController();
  setTimeout(
    () => timer.abort(new OutOfTime('the time of the function was up')),
    lambda.getRemainingTimeInMillis() - LAST_WORDS_MS,
  ).unref();
  const place = placeOfStep();
  const environment = openEnvironment(place, { folder, ...carried, ...(wait && { wait }) });
  const form = formOfStep() && (stitched?.form ?? 'task');
  let tellProgress: Progress = () => undefined;
  const services: Services = {
    ...environment,
    scratch,
    // A function hands over what it has too little room for.
    ...(form === undefined && { room: memoryOfStep() }),
    progress: (done, total) => tellProgress(done, total),
    signal: timer.signal,
  };
  const { objects, clock } = services;
  const of = {
    runId: run_id,
    name: task.Name,
    label: labels.get(task.Name) ?? task.Name,
    enteredAt: task.EnteredTime,
    goesOn: (wait?.begun ?? []).length > 0,
    ...(form && { form }),
  };
  const tell = (metrics: Partial<Metrics>) => {
    if (Object.keys(metrics).length > 0) console.log(metricLine(place.workgroup, metrics, clock()));
  };
  log.resetKeys();
  log.appendKeys({ environment: place.workgroup, run_id, task: task.Name, request_id: lambda.awsRequestId });
  return {
    services,
    noted: async (input, work) => {
      log.info('begins');
      try {
        const output = await notedTask(services, of, asAsked(input), (progress) => {
          tellProgress = progress;
          return inTime(work(), of.label, timer.signal);
        });
        await noteRunState(objects, run_id, task.Name, { now: clock().toISOString(), output, failure: error });
        tell(metricsOf(task.Name, output, clock()));
        log.info('ends');
        return output;
      } catch (cause) {
        if (cause instanceof StatementAwaited) {
          log.info(cause.message);
          return { waits: cause.data };
        }
        tell(metricsOfFailure(cause));
        log.error('fails', cause as Error);
        throw cause;
      }
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
