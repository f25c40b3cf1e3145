import type { Problem } from '../contracts/validation.ts';
import { type Configuration, tableOfFeed } from './configuration.ts';
import { wrong } from './problem.ts';

/** Names of tables, and references to them from settings. */
export function tableProblems(configuration: Configuration): Problem[] {
  return [...repeatedNames(configuration), ...stitchProblems(configuration)];
}

function repeatedNames(configuration: Configuration): Problem[] {
  const named = [
    ...configuration.all('feed').map((feed) => ({ id: feed.id, name: `domain.${tableOfFeed(feed)}` })),
    ...configuration.all('domain-table').map(({ id, name }) => ({ id, name: `domain.${name}` })),
    ...configuration.all('table').map(({ id, name }) => ({ id, name: `customer360.${name}` })),
  ];
  const first = new Map<string, string>();
  return named.flatMap(({ id, name }) => {
    const other = first.get(name);
    if (other === undefined) first.set(name, id);
    return other === undefined ? [] : [wrong(id, 'name', `${other} makes the table ${name} already: names are unique`)];
  });
}

function stitchProblems(configuration: Configuration): Problem[] {
  const available = [
    ...configuration
      .all('feed')
      .filter((feed) => feed.stitch)
      .map(tableOfFeed),
    ...configuration
      .all('domain-table')
      .filter((table) => table.stitch)
      .map((table) => table.name),
  ];
  const expected = `expected one of ${available.join(', ') || 'none yet'}: mark its feed or table with stitch: true`;
  return configuration
    .all('stitch')
    .flatMap((settings) =>
      (settings.tables ?? [])
        .filter((name) => !available.includes(name))
        .map((name) => wrong(settings.id, 'tables', `${name} is not available to Stitch: ${expected}`)),
    );
}
