import { blockPart, keyPart } from './blocking/blocks-of-rules.ts';
import { standardisePart } from './cleaning/standardise.ts';
import { dividePart } from './clusters/dividing.ts';
import { comparePart } from './comparisons/comparing.ts';
import { collapsePart } from './records/duplicates.ts';
import { readPart } from './records/reading.ts';

/** What the hands of a crew can do. */
export const tasks = {
  read: readPart,
  standardise: standardisePart,
  collapse: collapsePart,
  key: keyPart,
  block: blockPart,
  compare: comparePart,
  divide: dividePart,
};
