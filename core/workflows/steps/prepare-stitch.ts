import type { z } from 'zod';
import type { PrepareStitchInput, PrepareStitchOutput } from '../../contracts/steps.ts';
import { stitchRecordsSql } from '../../customer360/unified-records.ts';
import { contentHash } from '../../environments/canonical.ts';
import { publishedTables, tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { InvalidInput } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { taggedTables } from '../table-definitions.ts';

/** Where the records of a run are until it has ended. */
export const recordsKey = (runId: string): string => `stitch/${runId}/records.parquet`;

/** Writes the tagged records for Stitch, unless the last run had the same ones under the same settings. */
export async function prepareStitch(
  input: z.infer<typeof PrepareStitchInput>,
  services: Services,
): Promise<z.infer<typeof PrepareStitchOutput>> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const tables = await tablesOfRun(services.objects, input.run_id);
  const stitched = taggedTables(configuration, tables).filter((table) => table.stitched);
  const settings = configuration.all('stitch')[0];
  const inputs = stitched.map((table) => ({ ...table, columns: [], version: tables[`domain.${table.name}`]?.version }));
  const version = contentHash({ settings, inputs });
  const last = (await publishedTables(services.objects))['stitch.assignments'];
  const previous = last?.parquet?.replace(/\/[^/]*$/, '') ?? null;
  const records = recordsKey(input.run_id);
  const unchanged = { changed: false, records, version, previous, rows: 0 };
  if (stitched.length === 0 || (last?.definition === version && input.refresh !== 'full')) return unchanged;
  const empty = stitched.filter(
    ({ name }) => tables[`domain.${name}`]?.rows === 0 && !settings?.allowed_empty.includes(name),
  );
  if (empty.length > 0) {
    throw new InvalidInput(
      `${empty.map((table) => `domain.${table.name}`).join(', ')} takes part in Stitch and is empty: load its files, or list it in allowed_empty of the Stitch settings`,
    );
  }
  const query = {
    name: 'records for Stitch',
    sql: stitchRecordsSql(stitched),
    tables: Object.values(tables),
    asOf: input.as_of,
  };
  const { rows } = await services.warehouse.unload(query, records);
  return { ...unchanged, changed: true, rows };
}
