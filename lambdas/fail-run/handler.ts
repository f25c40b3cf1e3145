import { FailRunInput, FinishRunOutput } from '../../core/contracts/steps.ts';
import { failRun } from '../../core/workflows/steps/finish-run.ts';
import { step } from '../shared/step.ts';

export const handler = step({ name: 'fail-run', input: FailRunInput, output: FinishRunOutput, run: failRun });
