import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { z } from 'zod';
import { InternalError } from '../../core/errors.ts';
import type { Services } from '../../core/ports.ts';
import type { Carried } from './environment.ts';

/** What a step's home hands to it beside its input. */
export interface StepContext {
  services: Services;
  /** Does the work as a task that is noted in the run's record; left out where the interpreter notes it. */
  noted?: (input: unknown, work: () => Promise<unknown>) => Promise<unknown>;
  /** Lets go of what the home holds for the step. */
  close?: () => Promise<void>;
}

interface StepDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  name: string;
  input: Input;
  output: Output;
  /** What its function carries beside objects. */
  carries?: () => Promise<Carried>;
  /** One of so many that none is noted in the run's record. */
  piece?: true;
  run: (input: z.infer<Input>, services: Services) => Promise<z.infer<Output>>;
}

/**
 * The one way that a task of a state machine becomes a handler: its input is parsed at the border, and its output too, so
 * that a step that breaks its contract fails itself and not the step after it. Where nobody hands it its services, as in
 * Lambda, it opens those of the place that it is deployed for.
 */
export function step<Input extends z.ZodType, Output extends z.ZodType>(definition: StepDefinition<Input, Output>) {
  const { name, input, output, carries, piece, run } = definition;
  const homeOf = (context: object) => context as StepContext;
  return middy<unknown, unknown, Error, never>()
    .before(async ({ event, context }) => {
      if ('services' in context) return;
      const { deployedStep } = await import('./deployed-step.ts');
      Object.assign(context, await deployedStep(event, context as Context, (await carries?.()) ?? {}));
    })
    .before((request) => {
      request.event = parse(input, request.event, `input of ${name}`);
    })
    .after(async ({ context }) => homeOf(context).close?.())
    .onError(async ({ context }) => homeOf(context).close?.())
    .handler((event, context) => {
      const { services, noted } = homeOf(context);
      const work = async () => parse(output, await run(event as z.infer<Input>, services), `output of ${name}`);
      return noted && !piece ? noted(event, work) : work();
    });
}

export type StepHandler = ReturnType<typeof step>;

function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InternalError(`${what} breaks its contract: ${parsed.error.message}`, { data: { value } });
}
