import type { StitchRule } from '../contracts/stitch-rules.ts';
import type { Problem } from '../contracts/validation.ts';
import { nearestTag } from '../semantics/registry.ts';
import { mayBeBad } from '../stitch/cleaning/bad-values.ts';
import { type Configuration, tableOfFeed } from './configuration.ts';
import { doubtful, wrong } from './problem.ts';
import { labelContradiction, stitchSettings } from './stitch-settings.ts';

/** Labels and corrections that can not all hold, bad values of what is not compared, and what is said of sources and values that no record has. */
export function stitchProblems(configuration: Configuration): Problem[] {
  return [
    ...labelProblems(configuration),
    ...badValueProblems(configuration),
    ...cleanSourceProblems(configuration),
    ...ruleProblems(configuration),
  ];
}

function labelProblems(configuration: Configuration): Problem[] {
  const found = labelContradiction(configuration);
  if (found === undefined) return [];
  const [settings] = configuration.all('stitch');
  const id = settings?.id ?? configuration.all('correction').at(-1)?.id ?? '';
  return [wrong(id, 'labels', `what is said of records can not all hold: ${found}; take one of them back`)];
}

function badValueProblems(configuration: Configuration): Problem[] {
  const { id, bad_values } = stitchSettings(configuration);
  return bad_values.flatMap(({ semantic }, n) => {
    if (mayBeBad(semantic)) return [];
    const what = `${semantic} is no tag that Stitch compares by its values; the nearest is ${nearestTag(semantic, mayBeBad)}`;
    return [
      wrong(id, `bad_values.${n}.semantic`, `${what}: expected one such as email, given-name or evidence-<name>`),
    ];
  });
}

function cleanSourceProblems(configuration: Configuration): Problem[] {
  const { id, clean_sources = [] } = stitchSettings(configuration);
  const names = stitchedTables(configuration).map(({ name }) => name);
  return clean_sources
    .filter((source) => !names.includes(source))
    .map((source) => {
      const expected = names.length > 0 ? `one of ${names.join(', ')}` : 'none, since no table takes part';
      return doubtful(id, 'clean_sources', `${source} is no table that takes part in Stitch: expected ${expected}`);
    });
}

function ruleProblems(configuration: Configuration): Problem[] {
  const { id, rules } = stitchSettings(configuration);
  const carried = tagsOfRecords(configuration);
  const isCarried = (tag: string) => carried.some((one) => one === tag || one.startsWith(`${tag}-`));
  return rules.flatMap((rule, n) => {
    const absent = tagsAskedOf(rule).filter((tag) => !isCarried(tag));
    if (absent.length === 0) return [];
    const why = `no table that takes part in Stitch has a column tagged ${absent.join(' or ')}`;
    return [doubtful(id, `rules.${n}`, `${why}, so that this rule is never true: tag the column, or remove the rule`)];
  });
}

/** The tags that a rule can't do without. */
function tagsAskedOf(rule: StitchRule): readonly string[] {
  if ('of' in rule) return rule.of;
  switch (rule.separate) {
    // Either name is enough.
    case 'incompatible-names':
      return [];
    case 'different-birthdates':
      return ['birthdate'];
    case 'different-generations':
      return ['generational-suffix'];
    case 'different-companies':
      return ['company'];
  }
}

/** Tags of the tables that take part in Stitch. */
const tagsOfRecords = (configuration: Configuration): string[] =>
  stitchedTables(configuration).flatMap(({ tags }) => tags);

/** The tables that take part in Stitch, with their tags. */
function stitchedTables(configuration: Configuration): { name: string; tags: string[] }[] {
  const { tables } = stitchSettings(configuration);
  const feeds = configuration.all('feed').map((feed) => ({
    name: tableOfFeed(feed),
    stitch: feed.stitch,
    tags: feed.fields.flatMap(({ semantics }) => semantics),
  }));
  const customs = configuration.all('domain-table').map(({ name, stitch, semantics }) => ({
    name,
    stitch,
    tags: Object.values(semantics).flat(),
  }));
  return [...feeds, ...customs].filter(({ name, stitch }) => stitch && (tables?.includes(name) ?? true));
}
