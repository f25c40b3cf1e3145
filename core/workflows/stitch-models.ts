import type { Run } from '../contracts/runs.ts';
import { RunRequest } from '../contracts/runs.ts';
import type { ListedModel, ModelTrial, ModelVersion, ShownModel } from '../contracts/stitch-models.ts';
import { publishedTables } from '../environments/catalog.ts';
import { headConfiguration } from '../environments/load-configuration.ts';
import {
  awaitedModel,
  decideOnModel,
  modelVersion,
  modelVersions,
  presentStitch,
  trainerOf,
} from '../environments/stitch-models.ts';
import { ModelOutdated, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { outgrown } from '../stitch/model/fit.ts';
import { groupOf } from './corrections.ts';
import { modelToTry } from './earlier-model.ts';
import { type LaunchPlace, launchRun } from './launch.ts';
import { stitchInput } from './stitch-records.ts';

/** Starts the run that trains a candidate. `NotFound` before the first Stitch, which trains its model by itself. */
export async function retrain(place: LaunchPlace, principal: string): Promise<Run> {
  if ((await presentStitch(place.objects)) === undefined) throw notTrained();
  const courier_group = groupOf(await headConfiguration(place.objects));
  return launchRun(place, RunRequest.parse({ courier_group, retrain: true }), principal);
}

/** Starts the run that tries an earlier model. It is refused when nothing is to be tried, or the model serves no more. */
export async function tryModel(place: LaunchPlace, id: string, principal: string): Promise<Run> {
  const configuration = await headConfiguration(place.objects);
  await modelToTry(place.objects, id, stitchInput(configuration, await publishedTables(place.objects)));
  return launchRun(place, RunRequest.parse({ courier_group: groupOf(configuration), retrain: id }), principal);
}

/** Makes a candidate the model of the next run. `ModelOutdated` when what was shown of it is so no more. */
export async function acceptModel(
  { objects, clock }: Pick<LaunchPlace, 'objects' | 'clock'>,
  id: string,
  { reason }: { reason: string },
  author: string,
): Promise<ShownModel> {
  const version = await modelVersion(objects, id);
  // Who decided already is told first.
  if (version.trial && !version.decision) await refuseOutdated(objects, version, version.trial);
  const at = clock().toISOString();
  return shown(objects, await decideOnModel(objects, id, { verdict: 'accepted', reason, author, at }));
}

/** Takes a candidate out of those that can be accepted; it stays in the list. */
export async function discardModel(
  { objects, clock }: Pick<LaunchPlace, 'objects' | 'clock'>,
  id: string,
  { reason }: { reason: string },
  author: string,
): Promise<ShownModel> {
  await modelVersion(objects, id);
  const at = clock().toISOString();
  return shown(objects, await decideOnModel(objects, id, { verdict: 'discarded', reason, author, at }));
}

/** All models, the newest first. */
export async function listModels(objects: ObjectStore): Promise<ListedModel[]> {
  const versions = await modelVersions(objects);
  const stateOf = await statesOf(objects, versions);
  return versions.map((version) => {
    const { trial: _, definition: __, ...listed } = version;
    return { ...listed, state: stateOf(version) };
  });
}

/** One model with what was found when it was tried. */
export const showModel = async (objects: ObjectStore, id: string): Promise<ShownModel> =>
  shown(objects, await modelVersion(objects, id));

async function shown(objects: ObjectStore, version: ModelVersion): Promise<ShownModel> {
  const stateOf = await statesOf(objects, await modelVersions(objects));
  const { definition: _, ...rest } = version;
  return { ...rest, state: stateOf(version) };
}

async function statesOf(objects: ObjectStore, versions: readonly ModelVersion[]) {
  const present = (await presentStitch(objects))?.model;
  const awaited = awaitedModel(versions, present);
  return (version: ModelVersion): ListedModel['state'] => {
    const { id, trial, decision, trained_at } = version;
    const since = trial ? decision?.at : trained_at;
    if (trainerOf(version) === present?.origin?.run && since === present.origin.since) return 'decides';
    if (id === awaited?.id) return 'accepted';
    if (decision?.verdict === 'discarded') return 'discarded';
    return trial && !decision ? 'candidate' : 'former';
  };
}

/** What a candidate was tried against must be what is there: else nobody has seen what accepting it does. */
async function refuseOutdated(
  objects: ObjectStore,
  version: ModelVersion,
  { against, effect }: ModelTrial,
): Promise<void> {
  const present = await presentStitch(objects);
  if (present === undefined) throw notTrained();
  const refuse = (why: string) => {
    const again = version.trained_by ? `try-model ${version.trained_by}` : 'retrain';
    throw new ModelOutdated(
      `the model of ${version.id} can't be accepted: ${why}; try anew with \`tributary stitch ${again}\``,
    );
  };
  const now = present.model.origin?.run ?? '';
  if (now !== against)
    refuse(
      `it was compared with the model of ${against || 'an earlier version'}, and that of ${now || 'an earlier version'} decides now`,
    );
  const { definition } = stitchInput(await headConfiguration(objects), await publishedTables(objects));
  if (definition !== version.definition)
    refuse('the Stitch settings, or the tables and tags that take part, have changed since it was tried');
  const { records } = present.report;
  const grown = outgrown(version.records, records) ?? outgrown(effect.records, records, 'tried');
  if (grown !== undefined) refuse(grown);
}

const notTrained = () =>
  new NotFound('there is no model yet: the first run of a courier group that is not ingest only trains one by itself');
