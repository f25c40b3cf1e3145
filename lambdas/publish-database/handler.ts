import { PublishDatabaseInput, PublishDatabaseOutput } from '../../core/contracts/steps.ts';
import { publishDatabase } from '../../core/workflows/steps/publish-database.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'publish-database',
  input: PublishDatabaseInput,
  output: PublishDatabaseOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts') }),
  run: publishDatabase,
});
