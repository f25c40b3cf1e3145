import { SpreadStitchInput, SpreadStitchOutput } from '../../core/contracts/steps.ts';
import { spreadStitch } from '../../core/workflows/steps/spread-stitch.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'spread-stitch',
  input: SpreadStitchInput,
  output: SpreadStitchOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts'), engines: await import('../shared/engines.ts') }),
  run: spreadStitch,
});
