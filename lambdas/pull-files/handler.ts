import { PullFilesInput, PullFilesOutput } from '../../core/contracts/steps.ts';
import { pullFiles } from '../../core/workflows/steps/pull-files.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'pull-files',
  input: PullFilesInput,
  output: PullFilesOutput,
  carries: async () => ({ couriers: await import('../shared/couriers.ts') }),
  run: pullFiles,
});
