import { InvalidInput } from './errors.ts';

/** The refusal of a `next_token` that no page has given, or whose page is gone. */
export const foreignToken = (token: string, cause?: unknown): InvalidInput =>
  new InvalidInput(`next_token ${JSON.stringify(token)} is none of ours: start again without it`, { cause });
