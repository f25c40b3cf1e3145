import { z } from 'zod';
import type { TableEntry } from '../contracts/catalog.ts';
import { StitchReport } from '../contracts/stitch.ts';
import { ModelVersion } from '../contracts/stitch-models.ts';
import { Conflict, InternalError, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { StitchModel } from '../stitch/model/model.ts';
import { stateFiles } from '../stitch/model/state.ts';
import { canonicalJson } from './canonical.ts';
import { publishedTables } from './catalog.ts';
import { readAllJson, readJson, writeJson } from './json-objects.ts';

const versionsPrefix = 'stitch-models/versions/';
const versionKey = (id: string) => `${versionsPrefix}${id}.json`;
/** Where the files of a model lie, by the run that trained it. */
export const modelFolder = (trainer: string): string => `stitch-models/files/${trainer}`;

/** The run that trained a model. */
export const trainerOf = ({ id, trained_by }: Pick<ModelVersion, 'id' | 'trained_by'>): string => trained_by ?? id;

/** Keeps the files of the model that a run went by, out of its folder, unless they are kept: some day it may be gone back to. */
export async function keepModelFiles(objects: ObjectStore, trainer: string, folder: string): Promise<void> {
  const { model, ...frozen } = stateFiles;
  const kept = modelFolder(trainer);
  if ((await objects.list(`${kept}/${model}`)).length > 0) return;
  // The model last: where it is, all of it is.
  for (const file of [...Object.values(frozen), model]) {
    const found = await objects.get(`${folder}/${file}`);
    if (!found) throw new InternalError(`the model of ${trainer} has no ${file} in ${folder}`);
    await objects.put(`${kept}/${file}`, found.body);
  }
}

/** Notes a model that was trained, or an earlier one that was tried. */
export const keepModelVersion = (objects: ObjectStore, version: ModelVersion): Promise<string> =>
  writeJson(objects, versionKey(version.id), version);

/** All models that were ever trained, and tried again, the newest first: ids are in the order of their making. */
export const modelVersions = async (objects: ObjectStore): Promise<ModelVersion[]> =>
  (await readAllJson(objects, versionsPrefix, ModelVersion)).reverse();

/** Undefined of a run that trained none. */
export const findModelVersion = async (objects: ObjectStore, id: string): Promise<ModelVersion | undefined> =>
  /^run-[\da-f-]+$/.test(id) ? (await readJson(objects, versionKey(id), ModelVersion))?.value : undefined;

export async function modelVersion(objects: ObjectStore, id: string): Promise<ModelVersion> {
  const found = await findModelVersion(objects, id);
  if (found) return found;
  throw new NotFound(`no run ${JSON.stringify(id)} trained a model: \`tributary stitch models\` lists those that did`);
}

/** Keeps what somebody decided of a candidate, unless somebody else did first. */
export async function decideOnModel(
  objects: ObjectStore,
  id: string,
  decision: NonNullable<ModelVersion['decision']>,
): Promise<ModelVersion> {
  const found = await readJson(objects, versionKey(id), ModelVersion);
  if (!found) throw new NotFound(`no run ${JSON.stringify(id)} trained a model`);
  const { decision: made, trial } = found.value;
  const again = `; to go back to it, try it again with \`tributary stitch try-model ${id}\``;
  if (!trial) throw new Conflict(`the model of ${id} is no candidate: that run trained it for itself${again}`);
  if (made)
    throw new Conflict(
      `the model of ${id} was ${made.verdict} by ${made.author} at ${made.at}: ${made.reason}${again}`,
    );
  const version = { ...found.value, decision };
  await objects.put(versionKey(id), canonicalJson(version), { ifMatch: found.etag });
  return version;
}

/** The folder of what the last Stitch wrote; null before the first. */
export const stitchFolder = (assignments: TableEntry | undefined): string | null =>
  assignments?.parquet?.replace(/\/[^/]*$/, '') ?? null;

/** The model that a run went by, from its folder; undefined before the first, and of another version. */
export async function modelOfRun(objects: ObjectStore, folder: string | null): Promise<StitchModel | undefined> {
  if (folder === null) return undefined;
  return StitchModel.safeParse((await readJson(objects, `${folder}/${stateFiles.model}`, z.unknown()))?.value).data;
}

/** What decides now, and what the last Stitch found by it; undefined before the first. */
export async function presentStitch(
  objects: ObjectStore,
): Promise<{ model: StitchModel; report: StitchReport } | undefined> {
  const folder = stitchFolder((await publishedTables(objects))['stitch.assignments']);
  const model = await modelOfRun(objects, folder);
  const report = folder === null ? undefined : await readJson(objects, `${folder}/report.json`, StitchReport);
  return model && report && { model, report: report.value };
}

/** The newest decision for a candidate that the present model hasn't followed yet: a model of its own training since is newer. */
export function awaitedModel(
  versions: readonly ModelVersion[],
  present: Pick<StitchModel, 'origin'> | undefined,
): { id: string; trainer: string; since: string } | undefined {
  const accepted = versions.flatMap((version) => {
    const { id, decision } = version;
    return decision?.verdict === 'accepted' ? [{ id, trainer: trainerOf(version), since: decision.at }] : [];
  });
  const newest = accepted.sort((one, other) => (one.since < other.since ? 1 : -1))[0];
  return newest && newest.since > (present?.origin?.since ?? '') ? newest : undefined;
}
