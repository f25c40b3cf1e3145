import type { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import type { PrepareStitchInput, PrepareStitchOutput } from '../../contracts/steps.ts';
import { canonicalJson, contentHash } from '../../environments/canonical.ts';
import { publishedTables, tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import {
  awaitedModel,
  modelFolder,
  modelOfRun,
  modelVersions,
  stitchFolder,
  trainerOf,
} from '../../environments/stitch-models.ts';
import { InvalidInput } from '../../errors.ts';
import type { ObjectStore, Services } from '../../ports.ts';
import { formFor } from '../../stitch/forms.ts';
import type { StitchModel } from '../../stitch/model/model.ts';
import { modelToTry } from '../earlier-model.ts';
import { labelsSince, type StitchInput, stitchInput, unloadRecords, unseenRows } from '../stitch-records.ts';

/** Where the records of a run are until it has ended. */
export const recordsKey = (runId: string): string => `stitch/${runId}/records.parquet`;

/**
 * Writes the tagged records for Stitch: those that it has not seen where that suffices. None when the last run had the same
 * ones under the same settings.
 */
export async function prepareStitch(
  input: z.infer<typeof PrepareStitchInput>,
  services: Services,
): Promise<z.infer<typeof PrepareStitchOutput>> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const tables = await tablesOfRun(services.objects, input.run_id);
  const given = stitchInput(configuration, tables);
  const { definition, inputs } = given;
  const last = (await publishedTables(services.objects))['stitch.assignments'];
  const previous = stitchFolder(last);
  const decides = await modelOfRun(services.objects, previous);
  const relabelled = labelsSince(given, decides);
  const model = input.retrain
    ? await triedModel(input, given, services)
    : await acceptedModel(services.objects, decides);
  const asked = input.refresh === 'full' || input.retrain || model !== null;
  const same =
    last?.definition === definition && canonicalJson(last.inputs) === canonicalJson(inputs) && relabelled?.length === 0;
  const unchanged = {
    changed: false,
    records: recordsKey(input.run_id),
    version: contentHash({ definition, inputs, labels: given.settings.labels, model }),
    previous,
    rows: 0,
    only_unseen: false,
    model,
    retrain: input.retrain,
  };
  if (input.retrain && decides === undefined) {
    throw new InvalidInput(
      'there is no model that a new one could be compared with: the first run that stitches trains one by itself',
    );
  }
  if (given.tables.length === 0 || (same && !asked)) return unchanged;
  const empty = given.tables.filter(
    ({ name }) => tables[`domain.${name}`]?.rows === 0 && !given.settings.allowed_empty.includes(name),
  );
  if (empty.length > 0) {
    throw new InvalidInput(
      `${empty.map((table) => `domain.${table.name}`).join(', ')} takes part in Stitch and is empty: load its files, or list it in allowed_empty of the Stitch settings`,
    );
  }
  const unseen = asked || relabelled === undefined ? undefined : unseenRows(given, tables, last, relabelled);
  const records = recordsOf(given, tables);
  // Parts of them are written where many functions read: one object would be written by one machine.
  if (!unseen && !input.retrain && isForMany(records, services.room))
    return { ...unchanged, changed: true, rows: records };
  const { rows } = await unloadRecords(services, given, {
    key: unchanged.records,
    tables,
    asOf: input.as_of,
    ...(unseen && { rows: unseen }),
  });
  return { ...unchanged, changed: true, rows, only_unseen: unseen !== undefined };
}

/** The model that somebody accepted since the present one began to decide. */
async function acceptedModel(objects: ObjectStore, decides: StitchModel | undefined) {
  const awaited = awaitedModel(await modelVersions(objects), decides);
  return awaited === undefined ? null : { folder: modelFolder(awaited.trainer), since: awaited.since };
}

/** The earlier model that is to be tried; null where a new one is. */
async function triedModel(
  { retrain, as_of }: z.infer<typeof PrepareStitchInput>,
  given: StitchInput,
  { objects }: Pick<Services, 'objects'>,
) {
  if (typeof retrain === 'boolean') return null;
  return { folder: modelFolder(trainerOf(await modelToTry(objects, retrain, given))), since: as_of };
}

/** Records of the tables that take part, as far as the catalog counts them. */
const recordsOf = (given: StitchInput, tables: Readonly<Record<string, TableEntry>>): number =>
  given.tables.reduce((sum, { name }) => sum + (tables[`domain.${name}`]?.rows ?? 0), 0);

const isForMany = (records: number, room: number | undefined): boolean =>
  room !== undefined && formFor({ records, pairs: 0 }, room)?.form === 'distributed';
