import { z } from 'zod';
import { Place, placeVariables } from '../../core/contracts/deployment.ts';

const variable = (name: string): unknown => JSON.parse(process.env[name] ?? 'null');

/** The environment that a step is deployed for. */
export const placeOfStep = (): Place => Place.parse(variable(placeVariables.one));

/** Every environment that the API serves. */
export const placesOfApi = (): Place[] => z.array(Place).parse(variable(placeVariables.all));

/** Part of a function's memory that its engine may take; the rest is for Node and for what the engine does not count. */
const ENGINE_SHARE = 0.6;

/** Memory of the engine in this function, as DuckDB says it. */
export const engineMemory = (): string =>
  `${Math.round(Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE ?? 2048) * ENGINE_SHARE)}MB`;
