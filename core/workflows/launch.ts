import type { Run, RunRequest } from '../contracts/runs.ts';
import type { Configuration } from '../environments/configuration.ts';
import { InvalidInput } from '../errors.ts';
import { newRunId } from './runs.ts';

/** Who asks for a run, where and when; `entropy` is a few random hex digits. */
export interface Launch {
  tenant: string;
  environment: string;
  principal: string;
  now: Date;
  entropy: string;
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
    request,
    as_of: at,
    configuration_version: configuration.version,
    created_at: at,
    tasks: [],
  };
}
