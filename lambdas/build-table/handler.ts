import { BuildTableInput, BuildTableOutput } from '../../core/contracts/steps.ts';
import { buildTable } from '../../core/workflows/steps/build-table.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'build-table',
  input: BuildTableInput,
  output: BuildTableOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts') }),
  run: buildTable,
});
