import middy from '@middy/core';
import type { z } from 'zod';
import { InternalError } from '../../core/errors.ts';
import type { Services } from '../../core/ports.ts';

/** What a step's home hands to it beside its input. */
export interface StepContext {
  services: Services;
}

interface StepDefinition<Input extends z.ZodType, Output extends z.ZodType> {
  name: string;
  input: Input;
  output: Output;
  run: (input: z.infer<Input>, services: Services) => Promise<z.infer<Output>>;
}

/**
 * The one way that a task of a state machine becomes a handler: its input is parsed at the border, and its output too, so
 * that a step that breaks its contract fails itself and not the step after it.
 */
export function step<Input extends z.ZodType, Output extends z.ZodType>(definition: StepDefinition<Input, Output>) {
  const { name, input, output, run } = definition;
  return middy<unknown, unknown, Error, never>()
    .before((request) => {
      request.event = parse(input, request.event, `input of ${name}`);
    })
    .after((request) => {
      request.response = parse(output, request.response, `output of ${name}`);
    })
    .handler((event, context) => run(event as z.infer<Input>, (context as unknown as StepContext).services));
}

export type StepHandler = ReturnType<typeof step>;

function parse(schema: z.ZodType, value: unknown, what: string): unknown {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InternalError(`${what} breaks its contract: ${parsed.error.message}`, { data: { value } });
}
