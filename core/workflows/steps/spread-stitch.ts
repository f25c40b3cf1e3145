import type { z } from 'zod';
import type { SpreadStitchInput, SpreadStitchOutput } from '../../contracts/steps.ts';
import { stitchColumns } from '../../customer360/profile-columns.ts';
import { stitchRecordsSql } from '../../customer360/unified-records.ts';
import { tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { StitchSpread } from '../spread-stitch.ts';
import { stitchInput } from '../stitch-records.ts';

type Input = z.infer<typeof SpreadStitchInput>;

/** Does by the engine of the tables what a distributed run counts and joins over all records, up to its next pieces. */
export async function spreadStitch(input: Input, services: Services): Promise<z.infer<typeof SpreadStitchOutput>> {
  const run = new StitchSpread(services, { runId: input.run_id, asOf: input.as_of });
  const pieces = input.stage === 'records' ? await records(input, services, run) : await run[input.stage]();
  return { pieces: Array.from({ length: pieces }, (_, piece) => piece) };
}

async function records(input: Input, services: Services, run: StitchSpread): Promise<number> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const tables = await tablesOfRun(services.objects, input.run_id);
  const given = stitchInput(configuration, tables);
  const columns = stitchColumns(given.tables).map(({ name }) => name);
  const query = { sql: stitchRecordsSql(given.tables), tables: Object.values(tables) };
  return run.records(query, columns, given.settings);
}
