import type { z } from 'zod';
import type { FileLoaded, MergeRowsInput } from '../../contracts/steps.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { stagedColumns } from '../../feeds/columns.ts';
import type { Services } from '../../ports.ts';
import { storedTable } from '../domain-tables.ts';
import { loadId } from '../landing.ts';
import { plannedFile } from '../planned-loads.ts';

/** Upserts the staged rows of a file into its domain table, in one commit that also notes the load. */
export async function mergeRows(
  input: z.infer<typeof MergeRowsInput>,
  services: Services,
): Promise<z.infer<typeof FileLoaded>> {
  const { read } = input;
  const file = await plannedFile(services.objects, input);
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const feed = configuration.get('feed', input.feed);
  const { inserted, updated, unchanged } = await services.warehouse.upsert({
    table: storedTable(configuration, feed),
    columns: stagedColumns(feed),
    stagedKey: read.staged,
    loadId: loadId(file),
    replace: file.mode === 'truncate_and_load',
  });
  return {
    feed: input.feed,
    file: file.name,
    sha256: file.sha256,
    date: file.date,
    rows_read: read.counts.rows_read,
    rows_inserted: inserted,
    rows_updated: updated,
    rows_unchanged: unchanged + read.counts.rows_superseded,
    rows_rejected: read.counts.rows_rejected,
  };
}
