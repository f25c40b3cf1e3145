import type { z } from 'zod';
import type { FailRunInput, FinishRunInput, FinishRunOutput } from '../../contracts/steps.ts';
import { dropProposals } from '../../environments/catalog.ts';
import { releaseLease } from '../../environments/lease.ts';
import type { Services } from '../../ports.ts';
import { removeOldStitch } from '../old-stitch.ts';
import { recordsKey } from './prepare-stitch.ts';

type Input = z.infer<typeof FinishRunInput>;
type Output = z.infer<typeof FinishRunOutput>;

/** Ends a run that went well: what it proposed is published by now, and the next run may start. */
export async function finishRun(input: Input, services: Services): Promise<Output> {
  await dropProposals(services.objects, input.run_id);
  // Not before: a step that is done again after a crash reads it again.
  await services.objects.delete(recordsKey(input.run_id));
  await removeOldStitch(services.objects, services.clock());
  await releaseLease(services.objects, input.run_id);
  return { run_id: input.run_id };
}

/** Lets the next run start after this one failed; what it built stays, for a retry. */
export async function failRun(input: z.infer<typeof FailRunInput>, services: Services): Promise<Output> {
  await releaseLease(services.objects, input.run_id);
  return { run_id: input.run_id };
}
