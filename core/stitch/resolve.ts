import type { StitchSettings } from '../contracts/customer360.ts';
import type { Rule } from './blocking/blocking.ts';
import { blockingRules } from './blocking/blocking-rules.ts';
import { Blocks } from './blocking/blocks.ts';
import { blocksOfRules } from './blocking/blocks-of-rules.ts';
import { type MeasuredRule, measured } from './blocking/measured-rules.ts';
import type { Missed } from './blocking/missed-pairs.ts';
import type { Pairs } from './blocking/pairs.ts';
import type { LeftOut } from './blocking/rule-choice.ts';
import { RuleKeys } from './blocking/rule-keys.ts';
import { nicknames } from './cleaning/nicknames.ts';
import type { Records } from './cleaning/standardise.ts';
import { cleanSources, countLinks } from './clusters/clean-sources.ts';
import { laidOut } from './clusters/clusters.ts';
import { components, groups } from './clusters/components.ts';
import { divideAll } from './clusters/dividing.ts';
import { linksOf, rowsFrom } from './clusters/links.ts';
import { pieces, type ScoredPairs } from './clusters/supersized.ts';
import { sayEnough } from './clusters/weak.ts';
import { type Compared, type Compares, compareAll, comparesOf } from './comparisons/comparing.ts';
import type { Comparison, Context } from './comparisons/comparison.ts';
import { drawnPairs, scoresOf, seen } from './comparisons/matching.ts';
import { Comparer } from './comparisons/patterns.ts';
import { comparisonsOf } from './comparisons/registry.ts';
import { alone, type Crew } from './crew.ts';
import { type Decision, decider, hundredths, thresholdOf } from './model/decide.ts';
import { type Learning, learn } from './model/learn.ts';
import type { StitchModel } from './model/model.ts';
import { type Frozen, settingsHash } from './model/state.ts';
import type { Seen } from './model/train.ts';
import { warningsOf } from './quality/warnings.ts';
import { type Collapsed, collapse } from './records/duplicates.ts';
import { type Labels, profileLabels } from './records/labels.ts';
import type { Profiles } from './records/profiles.ts';
import type { Shape } from './records/shape.ts';
import { largestSources, repeatedIn, sourceMasks } from './records/sources.ts';
import { bandsOf, commonValues } from './records/values.ts';

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
  stage<T>(name: string, work: () => T | Promise<T>): Promise<T>;
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
  blocking: MeasuredRule[];
  missed: Missed;
  /** Rules that were tried and did not pay. */
  leftOut: LeftOut[];
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

/**
 * Clean records to people: the same ones whether a crew does parts of the work or nobody. Undefined when the records have
 * outgrown the model that is to decide.
 */
export async function resolve(given: ToResolve, watch: Watch, crew: Crew = alone): Promise<Resolution | undefined> {
  const { shape, settings, known } = given;
  const collapsed = await watch.stage('collapse', () => collapse(given.records, given.labels));
  const { profiles } = collapsed;
  const comparisons = comparisonsOf(shape, settings.rules);
  const context = contextOf(profiles, settings, known?.frozen);
  const comparer = new Comparer(comparisons, context);
  const compares = comparesOf(given, profiles, context.bands);
  const compared = (pairs: Pairs) => compareAll(crew, compares, comparer, pairs);
  const learning = learningOf(given, comparer, context, compared);
  const keys = new RuleKeys(profiles);
  const { rules, leftOut } = known
    ? { rules: known.model.rules, leftOut: [] }
    : await watch.stage('choose', () => blockingRules({ ...learning, settings, keys, comparer, compared, crew }));
  const blocks = await watch.stage('block', async () => {
    const frozen = known?.frozen.blocks;
    return new Blocks(profiles, rules, frozen, await blocksOfRules(crew, profiles, keys, { rules, frozen }));
  });
  if (blocks.outgrown) return undefined;
  watch.counted(blocks.meetings);
  const pairs = await watch.stage('compare', () => compared(blocks.pairs()));
  const model =
    known?.model ?? (await watch.stage('train', () => trained(given, learning, { comparer, pairs, rules })));
  const decide = decider(comparisons, model, settings);
  const met = { pairs, scores: scoresOf(comparer.patterns, decide), met: true };
  const labels = profileLabels(given.labels, collapsed.profile);
  const links = linksOf(pairs, met.scores, thresholdOf(settings), labels);
  if (known === undefined) model.cleanSources = findCleanSources(given.records, collapsed, links);
  const matching = { given, collapsed, comparisons, compares, comparer, decide, model, labels, links, met };
  const { transitive, ...clustered } = await watch.stage('cluster', () => cluster(crew, matching));
  const { blocking, missed } = await watch.stage('measure', () =>
    measured({ profiles, rules, blocks, links, joined: acceptedOf(transitive, settings) }),
  );
  const told = { records: given.records, collapsed, blocking, missed };
  const frozen = known?.frozen ?? { values: commonValues(profiles, shape), blocks: blocks.oversized };
  const found = { model, frozen, collapsed, comparer, decide, labels, links, blocking, missed, leftOut };
  return {
    ...found,
    judged: [met, transitive],
    ...clustered,
    warnings: [...clustered.warnings, ...warningsOf(told)],
  };
}

/** How many pairs were accepted. */
const acceptedOf = ({ pairs, scores }: Judged, settings: StitchSettings): number =>
  rowsFrom(pairs.pattern, scores, thresholdOf(settings)).length;

export const contextOf = (profiles: Profiles, settings: StitchSettings, frozen: Frozen | undefined): Context => ({
  profiles,
  nicknames: nicknames(settings),
  bands: bandsOf(profiles, frozen?.values),
});

/** What weights are learnt from beside candidates; pairs of strangers are drawn once. */
function learningOf(
  { shape, settings }: ToResolve,
  { patterns }: Comparer,
  context: Context,
  compared: (pairs: Pairs) => Promise<Compared>,
): Learning {
  let random: Promise<Seen> | undefined;
  const draw = async () => seen(patterns, (await compared(drawnPairs(context.profiles.size))).pattern);
  return {
    // Rules of one's own say what is done, not what is likely: weights don't depend on them.
    ...{ comparisons: comparisonsOf(shape), context, shape, priority: settings.key_priority },
    random: () => {
      random ??= draw();
      return random;
    },
  };
}

async function trained(
  { records, shape, settings, input }: ToResolve,
  learning: Learning,
  { comparer, pairs, rules }: { comparer: Comparer; pairs: Compared; rules: Rule[] },
): Promise<StitchModel> {
  return {
    version: 3,
    columns: [...shape.columns].sort(),
    settings: settingsHash(settings),
    ...{ profiles: learning.context.profiles.size, records: records.size, input },
    ...(await learn(learning, seen(comparer.patterns, pairs.pattern))),
    rules,
    cleanSources: [],
  };
}

/** Sources that the links show to hold each person once. */
function findCleanSources(records: Records, collapsed: Collapsed, links: ScoredPairs): string[] {
  const names = largestSources(records);
  if (names.length < 2) return [];
  const masks = sourceMasks(records, collapsed, names);
  return cleanSources(countLinks(repeatedIn(records, masks, names), masks, links));
}

interface Matching {
  given: ToResolve;
  collapsed: Collapsed;
  comparisons: readonly Comparison[];
  compares: Compares;
  comparer: Comparer;
  decide: (levels: Uint8Array) => Decision;
  model: StitchModel;
  labels: Labels;
  links: ScoredPairs;
  met: Judged;
}

type Clustered = Pick<Resolution, 'assigned' | 'warnings'> & { transitive: Judged };

/** Components, divided where they are supersized or in conflict. */
async function cluster(crew: Crew, matching: Matching): Promise<Clustered> {
  const { given, collapsed, compares, comparer, decide, model, labels, links, met } = matching;
  const { settings } = given;
  const { size } = collapsed.profiles;
  const [threshold, most] = [thresholdOf(settings), settings.supersized_cluster_min_size];
  const component = components(size, links);
  const { piece, supersized } = pieces(size, links, threshold, most);
  const sources = sourceMasks(given.records, collapsed, model.cleanSources);
  const divides = { compares, model, sources, labels, keep: supersized };
  const laid = laidOut(piece, met.pairs);
  const divided = await divideAll(crew, divides, comparer, laid);
  const found = piece.slice();
  for (const [i, profile] of laid.members.entries()) found[profile] = divided.cluster[i] ?? profile;
  const weak = weakProfiles(matching, threshold);
  return {
    transitive: { pairs: divided.transitive, scores: scoresOf(comparer.patterns, decide, met.scores), met: false },
    assigned: assigned(collapsed, { component, cluster: found, piece, supersized, weak }),
    warnings: [
      ...chained(component, most),
      ...(supersized.size === 0
        ? []
        : [`${supersized.size} clusters stayed above ${most} profiles and count as nobody`]),
    ],
  };
}

/** What chains of links brought together, before stronger ones were asked for. */
function chained(component: Int32Array, most: number): string[] {
  const { starts } = groups(component);
  let largest = 0;
  for (let g = 0; g + 1 < starts.length; g++) largest = Math.max(largest, (starts[g + 1] ?? 0) - (starts[g] ?? 0));
  if (largest <= most) return [];
  return [
    `${largest.toLocaleString('en')} profiles are linked in one chain, more than ${most}: only stronger links were kept`,
  ];
}

/** Profiles of several records that agree in all they have, yet in too little to be one person. */
function weakProfiles(matching: Matching, threshold: number): Uint8Array {
  const { collapsed, comparer, comparisons, decide, model, given } = matching;
  const enough = sayEnough(comparisons, model, given.settings);
  const weak = new Uint8Array(collapsed.profiles.size);
  for (let place = 0; place < weak.length; place++) {
    const records = collapsed.records[place] ?? 0;
    if (records < 2) continue;
    const levels = comparer.patterns.levels(comparer.compare(place, place));
    if (hundredths(decide(levels).score) < threshold || !enough(levels, records)) weak[place] = 1;
  }
  return weak;
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
