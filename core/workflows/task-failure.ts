import { z } from 'zod';
import { TaskFailure } from '../contracts/steps.ts';

/** The cause that Lambda gives of an error. */
const LambdaCause = z.object({ errorType: z.string(), errorMessage: z.string() });

/** What a failed task says: Step Functions wraps an error as Lambda tells it, and once more for each machine that it ends. */
export function failureOf({ Error: type, Cause: cause }: TaskFailure): { type: string; message: string } {
  const told = parsed(cause);
  const lambda = LambdaCause.safeParse(told).data;
  if (lambda) return { type: lambda.errorType, message: lambda.errorMessage };
  const nested = TaskFailure.safeParse(told).data;
  return nested ? failureOf(nested) : { type, message: cause ?? 'no cause given' };
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
