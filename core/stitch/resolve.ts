import type { StitchSettings } from '../contracts/customer360.ts';
import { ALL_MEET, rulesOf } from './blocking.ts';
import { Blocks, type RuleReport } from './blocks.ts';
import { cleanSources, countLinks } from './clean-sources.ts';
import { rowsWithin, unmet } from './clusters.ts';
import type { Comparison, Context } from './comparisons/comparison.ts';
import { comparisonsOf } from './comparisons/registry.ts';
import { components, groups } from './components.ts';
import { type Decision, decider } from './decide.ts';
import { type Collapsed, collapse } from './duplicates.ts';
import { type Labels, profileLabels } from './labels.ts';
import { linkageOf } from './linkage.ts';
import { linksOf } from './links.ts';
import { type Compared, compareMet, drawn, joinedPairs, scoresOf, seen, taken } from './matching.ts';
import type { StitchModel } from './model.ts';
import { nicknames } from './nicknames.ts';
import type { Pairs } from './pairs.ts';
import { Comparer, type Patterns } from './patterns.ts';
import { people } from './people.ts';
import type { Profiles } from './profiles.ts';
import type { Shape } from './shape.ts';
import { largestSources, repeatedIn, sourceMasks } from './sources.ts';
import type { Records } from './standardise.ts';
import { type Frozen, settingsHash } from './state.ts';
import { pieces, type ScoredPairs } from './supersized.ts';
import { type TrainingInput, train } from './train.ts';
import { agreements, bandsOf, commonValues } from './values.ts';
import { warningsOf } from './warnings.ts';
import { repeated, weakProfiles } from './weak.ts';

/** Clean records, and what to resolve them by. */
export interface ToResolve {
  records: Records;
  /** By record. */
  labels: Labels;
  shape: Shape;
  settings: StitchSettings;
  /** What the model of an earlier run decides by; one is trained when there is none. */
  known?: { model: StitchModel; frozen: Frozen } | undefined;
  /** Tells the records and settings of this run from others'. */
  input: StitchModel['input'];
}

/** What looks on. */
export interface Watch {
  /** Does a stage of the work. */
  stage<T>(name: string, work: () => T): T;
  /** Told how many pairs meet, each once a rule, before any is made; what it throws ends the run. */
  counted(pairs: number): void;
}

/** Pairs that were compared, how their patterns score in hundredths, and whether a rule brought them together. */
export interface Judged {
  pairs: Compared;
  scores: Int32Array;
  met: boolean;
}

/** What records were found to be, and by what. */
export interface Resolution {
  model: StitchModel;
  frozen: Frozen;
  collapsed: Collapsed;
  comparer: Comparer;
  decide: (levels: Uint8Array) => Decision;
  /** The pairs that met, then those compared because they came into one component. */
  judged: [Judged, Judged];
  /** Of profiles: what labels say, the accepted pairs and those that labels bind. */
  labels: Labels;
  links: ScoredPairs;
  blocking: RuleReport[];
  warnings: string[];
  assigned: Assigned;
}

/** Of each record the number of its profile's, component's and cluster's first record; and of its supersized one, else -1. */
export interface Assigned {
  profile: Int32Array;
  component: Int32Array;
  cluster: Int32Array;
  supersized: Int32Array;
}

/** Clean records to people. Undefined when the records have outgrown the model that is to decide. */
export function resolve(given: ToResolve, watch: Watch): Resolution | undefined {
  const { shape, settings, known } = given;
  const collapsed = watch.stage('collapse', () => collapse(given.records, given.labels));
  const { profiles } = collapsed;
  const few = known?.model.few ?? profiles.size <= ALL_MEET;
  const blocks = watch.stage('block', () => new Blocks(profiles, rulesOf(shape, few), known?.frozen.blocks));
  if (blocks.outgrown) return undefined;
  watch.counted(blocks.meetings);
  const comparisons = comparisonsOf(shape);
  const context = contextOf(profiles, settings, known?.frozen);
  const comparer = new Comparer(comparisons, context);
  const pairs = watch.stage('compare', () => compareMet(comparer, blocks));
  const model = known?.model ?? watch.stage('train', () => trained(given, comparer, comparisons, context, pairs));
  const decide = decider(comparisons, model, settings.key_priority);
  const met = { pairs, scores: scoresOf(comparer.patterns, decide), met: true };
  const labels = profileLabels(given.labels, collapsed.profile);
  const links = linksOf(pairs, met.scores, thresholdOf(settings), labels);
  if (known === undefined) model.cleanSources = findCleanSources(given.records, collapsed, links);
  const matching = { given, collapsed, comparisons, patterns: comparer.patterns, decide, model, labels };
  const { transitive, ...found } = watch.stage('cluster', () => cluster(matching, comparer, links, met));
  const told = { records: given.records, collapsed, blocking: blocks.report };
  const frozen = known?.frozen ?? { values: commonValues(profiles, shape), blocks: blocks.oversized };
  return {
    ...{ model, frozen, collapsed, comparer, decide, labels, links, blocking: blocks.report },
    judged: [met, transitive],
    assigned: found.assigned,
    warnings: [...found.warnings, ...warningsOf(told)],
  };
}

/** In hundredths. */
export const thresholdOf = ({ threshold }: Pick<StitchSettings, 'threshold'>): number => Math.round(threshold * 100);

export const contextOf = (profiles: Profiles, settings: StitchSettings, frozen: Frozen | undefined): Context => ({
  profiles,
  nicknames: nicknames(settings),
  bands: bandsOf(profiles, frozen?.values),
});

function trained(
  given: ToResolve,
  { patterns }: Comparer,
  comparisons: readonly Comparison[],
  context: Context,
  pairs: Compared,
): StitchModel {
  const { profiles } = context;
  const [candidates, all] = [seen(patterns, pairs.pattern), (profiles.size * (profiles.size - 1)) / 2];
  const random = pairs.a.length === all ? candidates : drawn(comparisons, context);
  return learnt(given, profiles.size, comparisons, {
    ...{ candidates, random },
    agreements: agreements(profiles, given.shape),
  });
}

/** A model from what was counted of so many profiles; its clean sources are yet to be found. */
export function learnt(
  { records, shape, settings, input }: Omit<ToResolve, 'labels' | 'known'>,
  profiles: number,
  comparisons: readonly Comparison[],
  counted: Pick<TrainingInput, 'candidates' | 'random' | 'agreements'>,
): StitchModel {
  return {
    version: 2,
    columns: [...shape.columns].sort(),
    settings: settingsHash(settings),
    ...{ profiles, records: records.size, input },
    ...train({ comparisons, ...counted, profiles, priority: settings.key_priority }),
    few: profiles <= ALL_MEET,
    cleanSources: [],
  };
}

/** Sources that the links show to hold each person once. */
export function findCleanSources(records: Records, collapsed: Collapsed, links: ScoredPairs): string[] {
  const names = largestSources(records);
  if (names.length < 2) return [];
  const masks = sourceMasks(records, collapsed, names);
  return cleanSources(countLinks(repeatedIn(records, masks, names), masks, links));
}

/** What the clusters of a run come from, beside its pairs. */
export interface Matching {
  given: Pick<ToResolve, 'records' | 'settings'>;
  collapsed: Collapsed;
  comparisons: readonly Comparison[];
  patterns: Patterns;
  decide: (levels: Uint8Array) => Decision;
  model: StitchModel;
  labels: Labels;
}

export type Clustered = Pick<Resolution, 'assigned' | 'warnings'> & { transitive: Judged };

/** Components of profiles, and their pieces, divided where they are supersized. */
export interface Divided {
  component: Int32Array;
  piece: Int32Array;
  supersized: ReadonlySet<number>;
}

export const divide = (size: number, links: ScoredPairs, settings: StitchSettings): Divided => ({
  component: components(size, links),
  ...pieces(size, links, thresholdOf(settings), settings.supersized_cluster_min_size),
});

/** Components, divided where they are supersized or in conflict. */
function cluster(matching: Matching, comparer: Comparer, links: ScoredPairs, { pairs }: Judged): Clustered {
  const { collapsed, given } = matching;
  const divided = divide(collapsed.profiles.size, links, given.settings);
  const known = taken(pairs, rowsWithin(divided.piece, pairs));
  const compared = (of: Pairs): Compared => ({ ...of, pattern: comparer.compareAll(of) });
  const transitive = compared(unmet(divided.piece, known));
  return clustered(matching, divided, { known, transitive, alike: compared(repeated(collapsed)) });
}

/** All that is known within the pieces: pairs that met, the others, and profiles of several records. */
export interface Within {
  known: Compared;
  transitive: Compared;
  alike: Compared;
}

/** Pieces to people: those in conflict are divided by refinement. */
export function clustered(matching: Matching, divided: Divided, { known, transitive, alike }: Within): Clustered {
  const { given, collapsed, comparisons, patterns, decide, model, labels } = matching;
  const { settings } = given;
  const { component, piece, supersized } = divided;
  const [threshold, most] = [thresholdOf(settings), settings.supersized_cluster_min_size];
  const weak = weakProfiles(matching, alike, threshold);
  const scores = scoresOf(patterns, decide);
  const found = people({
    piece,
    pairs: joinedPairs([known, transitive]),
    scores,
    sources: sourceMasks(given.records, collapsed, model.cleanSources),
    threshold,
    linkage: linkageOf(comparisons, model, settings.key_priority),
    levels: (pattern) => patterns.levels(pattern),
    labels,
    keep: supersized,
  });
  return {
    transitive: { pairs: transitive, scores, met: false },
    assigned: assigned(collapsed, { component, cluster: found, piece, supersized, weak }),
    warnings: [
      ...oversizedChains(component, most),
      ...(supersized.size === 0
        ? []
        : [`${supersized.size} clusters stayed above ${most} profiles and count as nobody`]),
    ],
  };
}

/** What chains of links brought together, before stronger ones were asked for. */
function oversizedChains(component: Int32Array, most: number): string[] {
  const { starts } = groups(component);
  let largest = 0;
  for (let g = 0; g + 1 < starts.length; g++) largest = Math.max(largest, (starts[g + 1] ?? 0) - (starts[g] ?? 0));
  if (largest <= most) return [];
  return [
    `${largest.toLocaleString('en')} profiles are linked in one chain, more than ${most}: only stronger links were kept`,
  ];
}

interface Found {
  component: Int32Array;
  cluster: Int32Array;
  piece: Int32Array;
  supersized: ReadonlySet<number>;
  weak: Uint8Array;
}

/** Duplicates of a profile that says too little to be one person are people of their own, unless something else bound them. */
function assigned({ profiles, profile }: Collapsed, found: Found): Assigned {
  const alone = new Uint8Array(profiles.size).fill(1);
  for (let place = 0; place < alone.length; place++) {
    const first = found.component[place] ?? place;
    if (first !== place) alone[first] = alone[place] = 0;
  }
  const id = (place: number) => profiles.ids[place] ?? 0;
  const records = profile.length;
  const all = { profile: new Int32Array(records), component: new Int32Array(records) };
  const more = { cluster: new Int32Array(records), supersized: new Int32Array(records).fill(-1) };
  for (let record = 0; record < records; record++) {
    const place = profile[record] ?? 0;
    const own = alone[place] === 1 && found.weak[place] === 1;
    const piece = found.piece[place] ?? place;
    all.profile[record] = id(place);
    all.component[record] = own ? record : id(found.component[place] ?? place);
    more.cluster[record] = own ? record : id(found.cluster[place] ?? place);
    if (alone[place] === 0 && found.supersized.has(piece)) more.supersized[record] = id(piece);
  }
  return { ...all, ...more };
}
