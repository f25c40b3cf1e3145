import type { z } from 'zod';
import type { RunRequest, RunType } from '../../contracts/runs.ts';
import type { CourierGroup } from '../../contracts/sources.ts';
import type { StartRunInput, StartRunOutput } from '../../contracts/steps.ts';
import { checkFormat } from '../../environments/data-format.ts';
import { takeLease } from '../../environments/lease.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';
import { planCouriers } from '../courier-plans.ts';

/** Takes the environment's lease for the run, and plans what each courier pulls. */
export async function startRun(
  input: z.infer<typeof StartRunInput>,
  services: Services,
): Promise<z.infer<typeof StartRunOutput>> {
  await checkFormat(services.objects);
  const now = services.clock();
  await takeLease(services.objects, input.run_id, now);
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const group = configuration.get('courier-group', input.request.courier_group);
  return {
    run_id: input.run_id,
    as_of: input.as_of,
    configuration_version: input.configuration_version,
    run_type: runTypeOf(input.request, group),
    refresh: input.request.refresh,
    couriers:
      input.request.people_only || input.request.retrain
        ? []
        : planCouriers(configuration, input.request, new Date(input.as_of)),
    retrain: input.request.retrain ?? false,
    ...(group.warn_after !== undefined && {
      warn_at: new Date(now.getTime() + group.warn_after * 1000).toISOString(),
    }),
  };
}

/** People that were corrected are sent with the next run of the group. */
function runTypeOf({ ingest_only, people_only, retrain, run_type }: RunRequest, group: CourierGroup): RunType {
  if (people_only || retrain) return 'refresh';
  return ingest_only ? 'source' : (run_type ?? group.run_type);
}
