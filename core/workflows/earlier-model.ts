import type { ModelVersion } from '../contracts/stitch-models.ts';
import { stitchColumns } from '../customer360/profile-columns.ts';
import {
  awaitedModel,
  modelFolder,
  modelOfRun,
  modelVersion,
  modelVersions,
  presentStitch,
  trainerOf,
} from '../environments/stitch-models.ts';
import { Conflict, ModelOutdated, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { misfit, UNREADABLE } from '../stitch/model/fit.ts';
import { settingsHash } from '../stitch/model/state.ts';
import type { StitchInput } from './stitch-records.ts';

/**
 * A model that is to be tried again. `Conflict` when the next run goes by it anyway, `ModelOutdated` when it can be told without
 * reading any record that it serves no more.
 */
export async function modelToTry(
  objects: ObjectStore,
  id: string,
  { tables, settings }: Pick<StitchInput, 'tables' | 'settings'>,
): Promise<ModelVersion> {
  const version = await modelVersion(objects, id);
  const trainer = trainerOf(version);
  const present = await presentStitch(objects);
  if (present === undefined) throw new NotFound(`no run has published what the model of ${trainer} could be tried on`);
  const awaited = awaitedModel(await modelVersions(objects), present.model);
  if (awaited?.trainer === trainer)
    throw new Conflict(`the model of ${trainer} was accepted, and the next run goes by it: there is nothing to try`);
  if (awaited === undefined && present.model.origin?.run === trainer)
    throw new Conflict(`the model of ${trainer} decides now: there is nothing to go back to`);
  const model = await modelOfRun(objects, modelFolder(trainer));
  const tagged = ['datasource', 'pk', ...stitchColumns(tables).map(({ name }) => name)];
  const unfit = model
    ? misfit(model, {
        // Whether a column that it does not know has any value only the records tell.
        columns: model.columns.filter((name) => tagged.includes(name)),
        settings: settingsHash(settings),
        records: present.report.records,
      })
    : UNREADABLE;
  if (unfit !== undefined) throw new ModelOutdated(`the model of ${trainer} can't be gone back to: ${unfit}`);
  return version;
}
