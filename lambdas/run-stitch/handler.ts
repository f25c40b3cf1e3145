import { RunStitchInput, RunStitchOutput } from '../../core/contracts/steps.ts';
import { runStitch } from '../../core/workflows/steps/run-stitch.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'run-stitch',
  input: RunStitchInput,
  output: RunStitchOutput,
  engines: async (spillFolder) => (await import('../shared/engines.ts')).openEngines(spillFolder),
  run: runStitch,
});
