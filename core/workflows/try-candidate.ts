import type { Retrain } from '../contracts/steps.ts';
import type { ModelVersion } from '../contracts/stitch-models.ts';
import { keepModelVersion, modelFolder, modelVersion, trainerOf } from '../environments/stitch-models.ts';
import { InternalError } from '../errors.ts';
import type { ObjectStore, Services } from '../ports.ts';
import type { StitchRequest } from '../stitch/port.ts';
import type { StitchInput } from './stitch-records.ts';

/** Tries a model on all records, a new one or the earlier one of that id, and keeps what came of it for people to decide on. */
export async function tryCandidate(
  request: StitchRequest,
  { definition }: StitchInput,
  retrain: Retrain,
  { objects, stitch }: Pick<Services, 'objects' | 'stitch'>,
): Promise<void> {
  const { previous, runId: id, asOf } = request;
  if (previous === undefined) throw new InternalError('a model is tried before the first run has trained one');
  const { files, ...trial } = await stitch.tryModel({ ...request, previous });
  for (const file of files) await objects.adopt(`${request.outFolder}/${file}`, `${modelFolder(id)}/${file}`);
  const { records } = trial.effect;
  const origin =
    typeof retrain === 'string' ? await originOf(objects, retrain) : { trained_at: asOf, why: 'asked for', records };
  // Last: what is listed can be accepted.
  await keepModelVersion(objects, { id, ...origin, definition, trial });
}

/** What is noted of a model that was trained before. */
async function originOf(
  objects: ObjectStore,
  id: string,
): Promise<Pick<ModelVersion, 'trained_by' | 'trained_at' | 'why' | 'records'>> {
  const version = await modelVersion(objects, id);
  const trained_by = trainerOf(version);
  return { trained_by, trained_at: version.trained_at, why: `that of ${trained_by} again`, records: version.records };
}
