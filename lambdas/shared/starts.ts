import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { EventBridgeSchedules } from '../../adapters/schedules/event-bridge.ts';
import { StepFunctionsWorkflows } from '../../adapters/workflows/step-functions.ts';
import { clockOf, type Place } from '../../core/contracts/deployment.ts';
import { type Access, openEnvironment } from './environment.ts';

/** One environment as a function reaches it that has to do with what starts its runs. */
export function openStarts(place: Place, access: Access) {
  const environment = openEnvironment(place, access);
  const { objects, clock } = environment;
  const as = access.credentials ? { credentials: access.credentials } : {};
  return {
    ...environment,
    workgroup: place.workgroup,
    workflows: new StepFunctionsWorkflows({ client: new SFNClient(as), machine: place.machine, objects, clock }),
    schedules: new EventBridgeSchedules({ client: new SchedulerClient(as), clock: clockOf(place), objects }),
  };
}
