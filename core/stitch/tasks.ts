import { comparePart } from './comparing.ts';
import { dividePart } from './dividing.ts';
import { standardisePart } from './standardise.ts';

/** What the hands of a crew can do. */
export const tasks = { standardise: standardisePart, compare: comparePart, divide: dividePart };
