import type { z } from 'zod';
import type { TableEntry } from '../../contracts/catalog.ts';
import type { BuildTableInput, BuildTableOutput, PlannedTable } from '../../contracts/steps.ts';
import { renewalOf } from '../../customer360/renewal.ts';
import { contentHash } from '../../environments/canonical.ts';
import { proposeTable, publishedTables, tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import { InternalError } from '../../errors.ts';
import type { Services } from '../../ports.ts';
import { renewTable } from '../renew-table.ts';
import { tableDefinitions } from '../table-definitions.ts';

/** Builds one table under its new version, or finds that an interrupted run has built it. */
export async function buildTable(
  input: z.infer<typeof BuildTableInput>,
  services: Services,
): Promise<z.infer<typeof BuildTableOutput>> {
  const { table } = input;
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const tables = await tablesOfRun(services.objects, input.run_id);
  const definition = tableDefinitions(input.stage, configuration, tables).find((one) => one.name === table.name);
  if (!definition) throw new InternalError(`no definition of the planned table ${table.schema}.${table.name}`);
  const target = { schema: table.schema, physical: `${table.name}__${table.version.slice(0, 10)}` };
  const query = {
    name: `${table.schema}.${table.name}`,
    sql: definition.sql,
    tables: Object.values(tables),
    asOf: input.as_of,
    signal: services.signal,
  };
  const renew = async (over: string) => {
    const last = (await publishedTables(services.objects))[query.name];
    const renewal = renewalOf(definition, Object.keys(table.inputs), tables);
    if (last?.version !== over || !renewal) throw new InternalError(`${query.name} is not over its version ${over}`);
    return renewTable(services.warehouse, { table, last, renewal, physical: target.physical }, query);
  };
  const made = async () =>
    table.over === undefined
      ? ((await services.warehouse.describe(target)) ?? (await services.warehouse.build(target, query)))
      : await renew(table.over);
  const stored: Pick<TableEntry, 'rows' | 'columns'> =
    definition.copy_of || definition.view ? await services.warehouse.view(target, query) : await made();
  await proposeTable(services.objects, {
    ...target,
    ...stored,
    name: table.name,
    version: table.version,
    definition: contentHash(definition.sql),
    inputs: table.inputs,
    saw: seenLoads(table, tables),
    ...(table.as_of_day !== undefined && { as_of_day: table.as_of_day }),
    built_at: services.clock().toISOString(),
    run_id: input.run_id,
  });
  return { schema: table.schema, name: table.name, ...(stored.rows !== undefined && { rows: stored.rows }) };
}

/** The last loads of the domain tables that a table is made of. */
const seenLoads = ({ inputs }: PlannedTable, tables: Readonly<Record<string, TableEntry>>): Record<string, number> =>
  Object.fromEntries(
    Object.keys(inputs).flatMap((name) => {
      const entry = tables[name];
      return entry?.loads ? [[entry.loads.generation, entry.loads.last]] : [];
    }),
  );
