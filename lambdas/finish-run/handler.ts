import { FinishRunInput, FinishRunOutput } from '../../core/contracts/steps.ts';
import { finishRun } from '../../core/workflows/steps/finish-run.ts';
import { step } from '../shared/step.ts';

export const handler = step({ name: 'finish-run', input: FinishRunInput, output: FinishRunOutput, run: finishRun });
