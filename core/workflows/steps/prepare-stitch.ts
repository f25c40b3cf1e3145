import type { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import type { PrepareStitchInput, PrepareStitchOutput } from '../../contracts/steps.ts';
import { canonicalJson, contentHash } from '../../environments/canonical.ts';
import { publishedTables, tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { InvalidInput } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { formFor } from '../../stitch/forms.ts';
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
  const previous = last?.parquet?.replace(/\/[^/]*$/, '') ?? null;
  const relabelled = await labelsSince(services.objects, given, previous);
  const same =
    last?.definition === definition && canonicalJson(last.inputs) === canonicalJson(inputs) && relabelled?.length === 0;
  const unchanged = {
    changed: false,
    records: recordsKey(input.run_id),
    version: contentHash({ definition, inputs, labels: given.settings.labels }),
    previous,
    rows: 0,
    only_unseen: false,
  };
  if (given.tables.length === 0 || (same && input.refresh !== 'full')) return unchanged;
  const empty = given.tables.filter(
    ({ name }) => tables[`domain.${name}`]?.rows === 0 && !given.settings.allowed_empty.includes(name),
  );
  if (empty.length > 0) {
    throw new InvalidInput(
      `${empty.map((table) => `domain.${table.name}`).join(', ')} takes part in Stitch and is empty: load its files, or list it in allowed_empty of the Stitch settings`,
    );
  }
  const unseen =
    input.refresh === 'full' || relabelled === undefined ? undefined : unseenRows(given, tables, last, relabelled);
  const records = recordsOf(given, tables);
  // Parts of them are written where many functions read: one object would be written by one machine.
  if (!unseen && services.room !== undefined && formFor({ records, pairs: 0 }, services.room)?.form === 'distributed')
    return { ...unchanged, changed: true, rows: records };
  const { rows } = await unloadRecords(services, given, {
    key: unchanged.records,
    tables,
    asOf: input.as_of,
    ...(unseen && { rows: unseen }),
  });
  return { ...unchanged, changed: true, rows, only_unseen: unseen !== undefined };
}

/** Records of the tables that take part, as far as the catalog counts them. */
const recordsOf = (given: StitchInput, tables: Readonly<Record<string, TableEntry>>): number =>
  given.tables.reduce((sum, { name }) => sum + (tables[`domain.${name}`]?.rows ?? 0), 0);
