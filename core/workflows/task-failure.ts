import { z } from 'zod';
import { TaskFailure } from '../contracts/steps.ts';
import { TaskStopped } from '../errors.ts';

/** The cause that Lambda gives of an error. */
const LambdaCause = z.object({ errorType: z.string(), errorMessage: z.string() });

/** The cause that ECS gives of a task that ended badly: the task itself. */
const EcsCause = z.object({
  TaskArn: z.string(),
  StoppedReason: z.string().optional(),
  Containers: z.array(z.object({ ExitCode: z.number().optional(), Reason: z.string().optional() })),
});

/**
 * What a failed task says: Step Functions wraps an error as Lambda or ECS tells it, and once more for each machine that it
 * ends.
 */
export function failureOf({ Error: type, Cause: cause }: TaskFailure): { type: string; message: string } {
  const told = parsed(cause);
  const lambda = LambdaCause.safeParse(told).data;
  if (lambda) return { type: lambda.errorType, message: lambda.errorMessage };
  const stopped = EcsCause.safeParse(told).data;
  if (stopped) return { type: TaskStopped.name, message: whyStopped(stopped) };
  const nested = TaskFailure.safeParse(told).data;
  return nested ? failureOf(nested) : { type, message: cause ?? 'no cause given' };
}

function whyStopped({ TaskArn, StoppedReason, Containers }: z.infer<typeof EcsCause>): string {
  const ends = Containers.flatMap(({ ExitCode, Reason }) => [
    ...(Reason === undefined ? [] : [Reason]),
    ...(ExitCode === undefined ? [] : [`exit code ${ExitCode}`]),
  ]);
  const why = [...(StoppedReason === undefined ? [] : [StoppedReason]), ...ends].join(', ');
  return `the task ${TaskArn} ended before its step was done: ${why || 'no reason given'}: see its log, and retry the run`;
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
