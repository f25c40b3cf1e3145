import type { z } from 'zod';
import type { SettleLoadsInput, SettleLoadsOutput } from '../../contracts/steps.ts';
import { LoadFailed } from '../../errors.ts';
import { failureOf } from '../task-failure.ts';

/** Fails the run when a feed failed, once every feed has had its turn: nothing downstream is built on half of the data. */
export async function settleLoads(input: z.infer<typeof SettleLoadsInput>): Promise<z.infer<typeof SettleLoadsOutput>> {
  const failed = input.loaded.flatMap(({ load, error }) => (error ? [{ load, error }] : []));
  if (failed.length > 0) {
    const reasons = failed.map(({ load, error }) => {
      const { type, message } = failureOf(error);
      // Of a feed with several refused files the message names the reason of each.
      return type === LoadFailed.name ? `${load.feed}: ${message}` : `${load.feed}: ${type}: ${message}`;
    });
    throw new LoadFailed(reasons.join('; '), { data: { feeds: failed.map(({ load }) => load.feed) } });
  }
  return { feeds: input.loaded.length };
}
