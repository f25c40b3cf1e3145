import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'aws-lambda';
import { z } from 'zod';
import { notedTask } from '../../adapters/workflows/noted-task.ts';
import { noteRunState } from '../../adapters/workflows/run-states.ts';
import { type StateMachineDefinition, tasksOf } from '../../adapters/workflows/state-machine.ts';
import { RunContext, TaskFailure } from '../../core/contracts/steps.ts';
import type { Services } from '../../core/ports.ts';
import buildDatabase from '../../statemachines/build-database.asl.json' with { type: 'json' };
import loadFeed from '../../statemachines/load-feed.asl.json' with { type: 'json' };
import runCourierGroup from '../../statemachines/run-courier-group.asl.json' with { type: 'json' };
import stitch from '../../statemachines/stitch.asl.json' with { type: 'json' };
import { type Carried, openEnvironment } from './environment.ts';
import { type Metrics, metricLine, metricsOf, metricsOfFailure } from './metrics.ts';
import { placeOfStep } from './place.ts';
import type { StepContext } from './step.ts';

/** What Step Functions tells a task of itself; the deployment adds it to the parameters of each. */
const Told = RunContext.pick({ run_id: true }).extend({
  task: z.object({ Name: z.string(), EnteredTime: z.string() }),
  error: TaskFailure.optional(),
});

/** Left to a function, before its time is up, to say that it was. */
const LAST_WORDS_MS = 5_000;

const labels = new Map(
  [runCourierGroup, loadFeed, stitch, buildDatabase].flatMap((machine) =>
    tasksOf((machine as StateMachineDefinition).States).map(([name, state]) => [name, state.Comment ?? name] as const),
  ),
);

/** A step's home in AWS: the services of the place that the function is deployed for, and the notes of its run. */
export async function deployedStep(event: unknown, lambda: Context, carried: Carried): Promise<StepContext> {
  const { run_id, task, error } = Told.parse(event);
  const folder = join('/tmp', lambda.awsRequestId);
  const scratch = join(folder, 'scratch');
  for (const one of [scratch, join(folder, 'spill')]) await mkdir(one, { recursive: true });
  const timer = new AbortController();
  setTimeout(() => timer.abort(), lambda.getRemainingTimeInMillis() - LAST_WORDS_MS).unref();
  const place = placeOfStep();
  const environment = openEnvironment(place, { folder, ...carried });
  const services: Services = { ...environment, scratch, progress: () => undefined, signal: timer.signal };
  const { objects, clock } = services;
  const of = { runId: run_id, name: task.Name, label: labels.get(task.Name) ?? task.Name, enteredAt: task.EnteredTime };
  const tell = (metrics: Partial<Metrics>) => {
    if (Object.keys(metrics).length > 0) console.log(metricLine(place.workgroup, metrics, clock()));
  };
  return {
    services,
    noted: async (input, work) => {
      const output = await notedTask(services, of, input, work).catch((cause) => {
        tell(metricsOfFailure(cause));
        throw cause;
      });
      await noteRunState(objects, run_id, task.Name, { now: clock().toISOString(), failure: error });
      tell(metricsOf(task.Name, output, clock()));
      return output;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
