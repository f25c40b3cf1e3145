import { StitchPieceInput, StitchPieceOutput } from '../../core/contracts/steps.ts';
import { stitchPiece } from '../../core/workflows/steps/stitch-piece.ts';
import { step } from '../shared/step.ts';

export const handler = step({
  name: 'stitch-piece',
  input: StitchPieceInput,
  output: StitchPieceOutput,
  carries: async () => ({ engines: await import('../shared/engines.ts') }),
  piece: true,
  run: stitchPiece,
});
