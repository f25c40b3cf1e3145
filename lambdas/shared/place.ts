import { z } from 'zod';
import {
  courierRolesVariable,
  Place,
  Places,
  peopleVariables,
  placesOf,
  placeVariables,
} from '../../core/contracts/deployment.ts';
import { CompanyDirectory } from '../../core/contracts/users.ts';
import type { TokenIssuer } from './tokens.ts';

const variable = (name: string): unknown => JSON.parse(process.env[name] ?? 'null');

/** The environment that a step is deployed for. */
export const placeOfStep = (): Place => Place.parse(variable(placeVariables.one));

/** Every environment that the API serves. */
export const placesOfApi = (): Place[] => placesOf(Places.parse(variable(placeVariables.all)));

/** ARNs of the roles that the environment's couriers may take on. */
export const courierRoles = (): string[] => z.array(z.string()).parse(variable(courierRolesVariable));

/** The pool of the people whom the API serves. */
export const userPoolOfApi = (): string => z.string().parse(process.env[peopleVariables.userPool]);

/** Whose tokens the API takes. */
export const tokenIssuerOfApi = (): TokenIssuer => ({
  userPool: userPoolOfApi(),
  client: z.string().parse(process.env[peopleVariables.client]),
  // AWS's SDK reads it, too.
  endpoint: process.env.AWS_ENDPOINT_URL,
});

/** The company's directory; undefined where people sign in by passwords of the pool's own. */
export const companyDirectory = (): CompanyDirectory | undefined =>
  CompanyDirectory.nullable().parse(variable(peopleVariables.directory)) ?? undefined;

/** Part of a home's memory that its engine may take; the rest is for Node and for what the engine does not count. */
const ENGINE_SHARE = 0.6;

/** Megabytes of the task that a step's container is; undefined in a function. */
const taskMemory = (): string | undefined => process.env.TRIBUTARY_TASK_MEMORY;

/** The form of a step that this process does, where it is not the usual one. */
export const formOfStep = (): 'task' | undefined => (taskMemory() === undefined ? undefined : 'task');

/** Megabytes of this function, or of this task. */
export const memoryOfStep = (): number => Number(taskMemory() ?? process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 2048);

/** Memory of the engine in it, as DuckDB says it. */
export const engineMemory = (): string => `${Math.round(memoryOfStep() * ENGINE_SHARE)}MB`;
