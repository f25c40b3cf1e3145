import { FileLoaded, MergeRowsInput } from '../../core/contracts/steps.ts';
import { mergeRows } from '../../core/workflows/steps/merge-rows.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'merge-rows',
  input: MergeRowsInput,
  output: FileLoaded,
  carries: async () => ({ tables: await import('../shared/tables.ts'), engines: await import('../shared/engines.ts') }),
  run: mergeRows,
});
