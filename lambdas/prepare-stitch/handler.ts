import { PrepareStitchInput, PrepareStitchOutput } from '../../core/contracts/steps.ts';
import { prepareStitch } from '../../core/workflows/steps/prepare-stitch.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'prepare-stitch',
  input: PrepareStitchInput,
  output: PrepareStitchOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts'), engines: await import('../shared/engines.ts') }),
  run: prepareStitch,
});
