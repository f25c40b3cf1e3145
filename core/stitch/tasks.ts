import { comparePart } from './comparing.ts';
import { dividePart } from './dividing.ts';

/** What the hands of a crew can do. */
export const tasks = { compare: comparePart, divide: dividePart };
