import { MeasureStitchInput, MeasureStitchOutput } from '../../core/contracts/steps.ts';
import { measureStitch } from '../../core/workflows/steps/measure-stitch.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'measure-stitch',
  input: MeasureStitchInput,
  output: MeasureStitchOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts') }),
  run: measureStitch,
});
