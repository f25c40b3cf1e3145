import { PublishFeedInput, PublishFeedOutput } from '../../core/contracts/steps.ts';
import { publishFeed } from '../../core/workflows/steps/publish-feed.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'publish-feed',
  input: PublishFeedInput,
  output: PublishFeedOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts') }),
  run: publishFeed,
});
