import { keepModelVersion, modelFolder } from '../environments/stitch-models.ts';
import { InternalError } from '../errors.ts';
import type { Services } from '../ports.ts';
import type { StitchRequest } from '../stitch/port.ts';
import type { StitchInput } from './stitch-records.ts';

/** Trains a model, tries it on all records, and keeps both the model and what came of it for people to decide on. */
export async function trainCandidate(
  request: StitchRequest,
  { definition }: StitchInput,
  { objects, stitch }: Pick<Services, 'objects' | 'stitch'>,
): Promise<void> {
  const { previous, runId, asOf } = request;
  if (previous === undefined) throw new InternalError('a model is trained anew before the first run has trained one');
  const { files, ...trial } = await stitch.retrain({ ...request, previous });
  for (const file of files) await objects.adopt(`${request.outFolder}/${file}`, `${modelFolder(runId)}/${file}`);
  const { records } = trial.effect;
  // Last: what is listed can be accepted.
  await keepModelVersion(objects, { id: runId, trained_at: asOf, why: 'asked for', records, definition, trial });
}
