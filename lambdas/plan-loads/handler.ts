import { PlanLoadsInput, PlanLoadsOutput } from '../../core/contracts/steps.ts';
import { planLoads } from '../../core/workflows/steps/plan-loads.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'plan-loads',
  input: PlanLoadsInput,
  output: PlanLoadsOutput,
  carries: async () => ({ tables: await import('../shared/tables.ts') }),
  run: planLoads,
});
