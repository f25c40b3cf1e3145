import { StartRunInput, StartRunOutput } from '../../core/contracts/steps.ts';
import { startRun } from '../../core/workflows/steps/start-run.ts';
import { step } from '../shared/step.ts';

export const handler = step({ name: 'start-run', input: StartRunInput, output: StartRunOutput, run: startRun });
