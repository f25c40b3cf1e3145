import { FileLoaded, MergeRowsInput } from '../../core/contracts/steps.ts';
import { mergeRows } from '../../core/workflows/steps/merge-rows.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'merge-rows',
  input: MergeRowsInput,
  output: FileLoaded,
  engines: async (spillFolder) => (await import('../shared/engines.ts')).openEngines(spillFolder),
  run: mergeRows,
});
