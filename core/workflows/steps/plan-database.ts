import type { z } from 'zod';
import type { PlanDatabaseInput, PlanDatabaseOutput } from '../../contracts/steps.ts';
import { planBuild } from '../../customer360/build-plan.ts';
import { tablesOfRun } from '../../environments/catalog.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { inBuildOrder } from '../build-order.ts';
import { tableDefinitions } from '../table-definitions.ts';

/** Which tables have new input or a new definition, level by level. */
export async function planDatabase(
  input: z.infer<typeof PlanDatabaseInput>,
  services: Services,
): Promise<z.infer<typeof PlanDatabaseOutput>> {
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const tables = await tablesOfRun(services.objects, input.run_id);
  const order = inBuildOrder(tableDefinitions(input.stage, configuration, tables), tables);
  const levels = planBuild(order, tables, { mode: input.refresh, id: input.run_id, asOf: input.as_of });
  return { levels };
}
