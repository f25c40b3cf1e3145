import type { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import type { PublishDatabaseInput, PublishDatabaseOutput } from '../../contracts/steps.ts';
import { publish, publishedTables, tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { countRows } from '../../queries/count-rows.ts';
import { runChecks } from '../checks.ts';
import { tableDefinitions } from '../table-definitions.ts';

/** Checks what the run has built, then moves the one pointer: readers see all of it at once. */
export async function publishDatabase(
  input: z.infer<typeof PublishDatabaseInput>,
  services: Services,
): Promise<z.infer<typeof PublishDatabaseOutput>> {
  const { objects } = services;
  const configuration = await loadConfiguration(objects, input.configuration_version);
  const before = await publishedTables(objects);
  const tables = await tablesOfRun(objects, input.run_id);
  const definitions = tableDefinitions(input.stage, configuration, tables);
  const proposed = Object.values(tables).filter((entry) => before[nameOf(entry)]?.physical !== entry.physical);
  const failed_checks = await runChecks(definitions, tables, input.as_of, services);
  // Custom domain tables wait for the database that is built from them, so that readers see one version of everything.
  if (input.stage === 'domain') return { tables: await rowsOf(proposed, services), failed_checks };
  const defined = new Set(definitions.map((definition) => `customer360.${definition.name}`));
  const gone = Object.keys(before).filter((name) => name.startsWith('customer360.') && !defined.has(name));
  const published = await publish(objects, { id: input.run_id, at: services.clock() }, proposed, gone);
  await services.warehouse.expose(Object.values(published));
  const shown = Object.values(published).filter((entry) => entry.schema === 'customer360');
  return { tables: await rowsOf(shown, services), failed_checks };
}

const nameOf = (entry: TableEntry) => `${entry.schema}.${entry.name}`;

async function rowsOf(entries: TableEntry[], services: Services): Promise<Record<string, number>> {
  const counted = entries.map(async (entry) => [nameOf(entry), await countRows(services, entry)] as const);
  return Object.fromEntries(await Promise.all(counted));
}
