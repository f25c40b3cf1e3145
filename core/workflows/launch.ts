import type { Run, RunRequest } from '../contracts/runs.ts';
import { contentHash } from '../environments/canonical.ts';
import type { Configuration } from '../environments/configuration.ts';
import { headConfiguration } from '../environments/load-configuration.ts';
import { InvalidInput } from '../errors.ts';
import type { ObjectStore, Workflows } from '../ports.ts';
import { newRunId } from './runs.ts';

/** Where a run is launched. */
export interface LaunchPlace {
  tenant: string;
  environment: string;
  objects: ObjectStore;
  workflows: Workflows;
  clock(): Date;
}

/** Starts a run with the head of the configuration. It has begun, or waits for its turn, when this resolves. */
export async function launchRun(place: LaunchPlace, request: RunRequest, principal: string): Promise<Run> {
  const run = newRun(
    await headConfiguration(place.objects),
    request,
    launchAt(place, request, principal, place.clock()),
  );
  await place.workflows.start(run);
  return run;
}

/** A launch at a moment: said again, it is the same, down to the id of its run. */
export function launchAt(place: LaunchPlace, request: RunRequest, principal: string, now: Date): Launch {
  const { tenant, environment } = place;
  const entropy = contentHash({ tenant, environment, request, principal, at: now.toISOString() }).slice(0, 6);
  return { tenant, environment, principal, now, entropy };
}

/** Who asks for a run, where and when; `entropy` is some hex digits that keep runs of one second apart. */
export interface Launch {
  tenant: string;
  environment: string;
  principal: string;
  now: Date;
  entropy: string;
  /** The slot of its schedule that it is started for. */
  scheduledFor?: string;
}

/** The record of a new run, which starts with this configuration and whose "now" is this moment. */
export function newRun(configuration: Configuration, request: RunRequest, launch: Launch): Run {
  const group = configuration.get('courier-group', request.courier_group);
  if (request.range_to !== undefined && request.range_from === undefined) {
    throw new InvalidInput(`range_to is ${request.range_to} and range_from is left out: expected both, or range_from`);
  }
  if (request.range_to !== undefined && request.range_from !== undefined && request.range_to <= request.range_from) {
    throw new InvalidInput(
      `range_to ${request.range_to} is not after range_from ${request.range_from}: it is the first day left out`,
    );
  }
  const at = launch.now.toISOString();
  return {
    id: newRunId(launch.now, launch.entropy),
    type: 'courier_group',
    name: group.id,
    tenant: launch.tenant,
    environment: launch.environment,
    state: 'scheduled',
    principal: launch.principal,
    ...(launch.scheduledFor !== undefined && { scheduled_for: launch.scheduledFor }),
    request,
    as_of: at,
    configuration_version: configuration.version,
    created_at: at,
    warnings: [],
    tasks: [],
  };
}
