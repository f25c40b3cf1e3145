import { ReadFileInput, ReadFileOutput } from '../../core/contracts/steps.ts';
import { readFile } from '../../core/workflows/steps/read-file.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'read-file',
  input: ReadFileInput,
  output: ReadFileOutput,
  carries: async () => ({
    engines: await import('../shared/engines.ts'),
    secrets: await import('../shared/secrets.ts'),
  }),
  run: readFile,
});
