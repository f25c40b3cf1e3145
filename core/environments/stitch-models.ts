import { z } from 'zod';
import type { TableEntry } from '../contracts/catalog.ts';
import { StitchReport } from '../contracts/stitch.ts';
import { ModelVersion } from '../contracts/stitch-models.ts';
import { Conflict, NotFound } from '../errors.ts';
import type { ObjectStore } from '../ports.ts';
import { StitchModel } from '../stitch/model/model.ts';
import { stateFiles } from '../stitch/model/state.ts';
import { canonicalJson } from './canonical.ts';
import { publishedTables } from './catalog.ts';
import { readAllJson, readJson, writeJson } from './json-objects.ts';

const versionsPrefix = 'stitch-models/versions/';
const versionKey = (id: string) => `${versionsPrefix}${id}.json`;
/** Where the files of a candidate lie. */
export const modelFolder = (id: string): string => `stitch-models/files/${id}`;

/** Notes a model that was trained. */
export const keepModelVersion = (objects: ObjectStore, version: ModelVersion): Promise<string> =>
  writeJson(objects, versionKey(version.id), version);

/** All models that were ever trained, the newest first: ids are in the order of their making. */
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
  if (!trial) throw new Conflict(`the model of ${id} is no candidate: that run trained it for itself`);
  if (made)
    throw new Conflict(`the model of ${id} was ${made.verdict} by ${made.author} at ${made.at}: ${made.reason}`);
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
): { id: string; since: string } | undefined {
  const accepted = versions.flatMap(({ id, decision }) =>
    decision?.verdict === 'accepted' ? [{ id, since: decision.at }] : [],
  );
  const newest = accepted.sort((one, other) => (one.since < other.since ? 1 : -1))[0];
  return newest && newest.since > (present?.origin?.since ?? '') ? newest : undefined;
}
