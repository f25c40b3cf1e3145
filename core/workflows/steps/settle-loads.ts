import type { z } from 'zod';
import type { SettleLoadsInput, SettleLoadsOutput } from '../../contracts/steps.ts';
import { LoadFailed } from '../../errors.ts';

/** Fails the run when a feed failed, once every feed has had its turn: nothing downstream is built on half of the data. */
export async function settleLoads(input: z.infer<typeof SettleLoadsInput>): Promise<z.infer<typeof SettleLoadsOutput>> {
  const failed = input.loaded.filter((one) => one.error);
  if (failed.length > 0) {
    const reasons = failed.map(
      (one) => `${one.load.feed}: ${one.error?.Error}: ${one.error?.Cause ?? 'no cause given'}`,
    );
    throw new LoadFailed(reasons.join('; '), { data: { feeds: failed.map((one) => one.load.feed) } });
  }
  return { feeds: input.loaded.length };
}
