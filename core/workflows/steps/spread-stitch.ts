import type { z } from 'zod';
import type { SpreadStitchInput, SpreadStitchOutput } from '../../contracts/steps.ts';
import { stitchColumns } from '../../customer360/profile-columns.ts';
import { stitchRecordsSql } from '../../customer360/unified-records.ts';
import { tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { modelOfRun } from '../../environments/stitch-models.ts';
import type { Services } from '../../ports.ts';
import { since, trainsFirst } from '../../stitch/model/fit.ts';
import { SpreadRun } from '../spread-run.ts';
import { chooseSpreadRules, fillBuckets, findShared, spreadRecords, type ToSpread } from '../spread-stages.ts';
import { stitchInput } from '../stitch-records.ts';

type Input = z.infer<typeof SpreadStitchInput>;

/** Does by the engine of the tables what a distributed run counts and joins over all records, up to its next pieces. */
export async function spreadStitch(input: Input, services: Services): Promise<z.infer<typeof SpreadStitchOutput>> {
  const run = new SpreadRun(services, { runId: input.run_id, asOf: input.as_of });
  const stages: Record<Input['stage'], () => Promise<number | undefined>> = {
    records: async () => spreadRecords(run, await toSpread(input, services)),
    values: () => findShared(run),
    rules: () => chooseSpreadRules(run),
    buckets: () => fillBuckets(run),
  };
  const pieces = await stages[input.stage]();
  return { pieces: Array.from({ length: pieces ?? 0 }, (_, piece) => piece), outgrown: pieces === undefined };
}

async function toSpread(input: Input, { objects }: Services): Promise<ToSpread> {
  const configuration = await loadConfiguration(objects, input.configuration_version);
  const tables = await tablesOfRun(objects, input.run_id);
  const given = stitchInput(configuration, tables);
  const columns = stitchColumns(given.tables).map(({ name }) => name);
  return {
    ...{ sql: stitchRecordsSql(given.tables), tables: Object.values(tables), columns, settings: given.settings },
    ...(await modelToGoBy(input, objects)),
  };
}

/** The model that was accepted, else that of the last run. */
async function modelToGoBy(
  { prepared }: Input,
  objects: Services['objects'],
): Promise<Pick<ToSpread, 'model' | 'trains'>> {
  const folder = prepared.model?.folder ?? prepared.previous;
  const known = await modelOfRun(objects, folder);
  if (folder === null || known === undefined) return { trains: trainsFirst(folder !== null) };
  return { model: { known: since(known, prepared.model?.since), folder } };
}
