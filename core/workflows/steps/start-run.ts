import type { z } from 'zod';
import type { RunRequest, RunType } from '../../contracts/runs.ts';
import type { CourierGroup } from '../../contracts/sources.ts';
import type { CourierPlan, StartRunInput, StartRunOutput } from '../../contracts/steps.ts';
import type { Configuration } from '../../environments/configuration.ts';
import { checkFormat } from '../../environments/data-format.ts';
import { takeLease } from '../../environments/lease.ts';
import { loadConfiguration } from '../../environments/load-configuration.ts';
import type { Services } from '../../ports.ts';

/** Takes the environment's lease for the run, and plans what each courier pulls. */
export async function startRun(
  input: z.infer<typeof StartRunInput>,
  services: Services,
): Promise<z.infer<typeof StartRunOutput>> {
  await checkFormat(services.objects);
  await takeLease(services.objects, input.run_id, services.clock());
  const configuration = await loadConfiguration(services.objects, input.configuration_version);
  const group = configuration.get('courier-group', input.request.courier_group);
  return {
    run_id: input.run_id,
    as_of: input.as_of,
    configuration_version: input.configuration_version,
    run_type: runTypeOf(input.request, group),
    refresh: input.request.refresh,
    couriers: input.request.people_only || input.request.retrain ? [] : planCouriers(configuration, input.request),
    retrain: input.request.retrain ?? false,
  };
}

/** People that were corrected are sent with the next run of the group. */
function runTypeOf({ ingest_only, people_only, retrain, run_type }: RunRequest, group: CourierGroup): RunType {
  if (people_only || retrain) return 'refresh';
  return ingest_only ? 'source' : (run_type ?? group.run_type);
}

/** Dates that each courier of the group pulls: the run's, moved back by the courier's offset. */
export function planCouriers(
  configuration: Configuration,
  request: z.infer<typeof StartRunInput>['request'],
): CourierPlan[] {
  const group = configuration.get('courier-group', request.courier_group);
  const from = request.range_from ?? null;
  const to = request.range_to ?? (from === null ? null : addDays(from, 1));
  return group.couriers.map((member) => ({
    courier: configuration.get('courier', member.courier).id,
    from: from && addDays(from, -member.offset_days),
    to: to && addDays(to, -member.offset_days),
    wait: member.wait,
    stop_when_missing: member.stop_when_missing,
    skip_missing: request.skip_missing,
  }));
}

function addDays(date: string, days: number): string {
  const moved = new Date(`${date}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}
