import { SettleLoadsInput, SettleLoadsOutput } from '../../core/contracts/steps.ts';
import { settleLoads } from '../../core/workflows/steps/settle-loads.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'settle-loads',
  input: SettleLoadsInput,
  output: SettleLoadsOutput,
  run: settleLoads,
});
