import type { Problem } from '../contracts/validation.ts';
import type { Configuration } from './configuration.ts';
import { wrong } from './problem.ts';
import { labelContradiction } from './stitch-settings.ts';

/** Labels and corrections that can not all hold. */
export function labelProblems(configuration: Configuration): Problem[] {
  const found = labelContradiction(configuration);
  if (found === undefined) return [];
  const [settings] = configuration.all('stitch');
  const id = settings?.id ?? configuration.all('correction').at(-1)?.id ?? '';
  return [wrong(id, 'labels', `what is said of records can not all hold: ${found}; take one of them back`)];
}
