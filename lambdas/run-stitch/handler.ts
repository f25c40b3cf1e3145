import { RunStitchInput, RunStitchOutput } from '../../core/contracts/steps.ts';
import { runStitch } from '../../core/workflows/steps/run-stitch.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'run-stitch',
  input: RunStitchInput,
  output: RunStitchOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts'), engines: await import('../shared/engines.ts') }),
  run: runStitch,
});
