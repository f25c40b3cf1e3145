import { PlanDatabaseInput, PlanDatabaseOutput } from '../../core/contracts/steps.ts';
import { planDatabase } from '../../core/workflows/steps/plan-database.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'plan-database',
  input: PlanDatabaseInput,
  output: PlanDatabaseOutput,
  run: planDatabase,
});
