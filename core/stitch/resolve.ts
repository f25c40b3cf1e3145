import type { StitchSettings } from '../contracts/customer360.ts';
import { blockingRules } from './blocking/blocking-rules.ts';
import { Blocks } from './blocking/blocks.ts';
import { blocksOfRules } from './blocking/blocks-of-rules.ts';
import { countedFindings, findingsOf, type MeasuredRule, measured } from './blocking/measured-rules.ts';
import type { Missed } from './blocking/missed-pairs.ts';
import type { Pairs } from './blocking/pairs.ts';
import type { LeftOut } from './blocking/rule-choice.ts';
import { RuleKeys } from './blocking/rule-keys.ts';
import { nicknames } from './cleaning/nicknames.ts';
import type { Records } from './cleaning/standardise.ts';
import { type Assigned, assigned, chained, linked } from './clusters/assigned.ts';
import { findCleanSources, heldClean } from './clusters/clean-sources.ts';
import { laidOut } from './clusters/clusters.ts';
import { divideAll } from './clusters/dividing.ts';
import { linksOf, rowsFrom } from './clusters/links.ts';
import type { ScoredPairs } from './clusters/supersized.ts';
import { weakProfiles } from './clusters/weak.ts';
import { type Compared, type Compares, compareAll, comparesOf } from './comparisons/comparing.ts';
import type { Comparison, Context } from './comparisons/comparison.ts';
import { drawnPairs, scoresOf, seen } from './comparisons/matching.ts';
import { Comparer, counted } from './comparisons/patterns.ts';
import { comparisonsOf } from './comparisons/registry.ts';
import { alone, type Crew } from './crew.ts';
import { type Decision, decider, thresholdOf } from './model/decide.ts';
import { type Learning, trained } from './model/learn.ts';
import type { StitchModel } from './model/model.ts';
import type { Frozen } from './model/state.ts';
import type { Seen } from './model/train.ts';
import { warningsOf } from './quality/warnings.ts';
import { type Collapsed, repeated } from './records/duplicates.ts';
import { type Labels, profileLabels } from './records/labels.ts';
import type { Profiles } from './records/profiles.ts';
import type { Shape } from './records/shape.ts';
import { sourceMasks } from './records/sources.ts';
import { agreements, bandsOf, commonValues } from './records/values.ts';

/** Clean records, and what to resolve them by. */
export interface ToResolve {
  records: Records;
  /** The same, those that are alike as one. */
  collapsed: Collapsed;
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
  /** Sources that were held to have each person once. */
  cleanSources: readonly string[];
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

/**
 * Clean records to people: the same ones whether a crew does parts of the work or nobody. Undefined when the records have
 * outgrown the model that is to decide.
 */
export async function resolve(given: ToResolve, watch: Watch, crew: Crew = alone): Promise<Resolution | undefined> {
  const { shape, settings, known, collapsed } = given;
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
    : await watch.stage('choose', () =>
        blockingRules({ ...learning, shape, settings, comparer, compared }, { crew, profiles, keys }),
      );
  const blocks = await watch.stage('block', async () => {
    const frozen = known?.frozen.blocks;
    return new Blocks(profiles, rules, frozen, await blocksOfRules(crew, profiles, keys, { rules, frozen }));
  });
  if (blocks.outgrown) return undefined;
  watch.counted(blocks.meetings);
  const pairs = await watch.stage('compare', () => compared(blocks.pairs()));
  const model =
    known?.model ??
    (await watch.stage('train', () =>
      trained(given, learning, { candidates: seen(comparer.patterns, pairs.pattern), rules }),
    ));
  const decide = decider(comparisons, model, settings);
  const met = { pairs, scores: scoresOf(comparer.patterns, decide), met: true };
  const labels = profileLabels(given.labels, collapsed.profile);
  const links = linksOf(pairs, met.scores, thresholdOf(settings), labels);
  if (known === undefined) model.cleanSources = findCleanSources(given.records, collapsed, links);
  const matching = { given, collapsed, comparisons, compares, comparer, decide, model, labels, links, met };
  const { transitive, ...clustered } = await watch.stage('cluster', () => cluster(crew, matching));
  const { blocking, missed } = await watch.stage('measure', () => {
    const { rows, finding } = findingsOf({ profiles, rules, blocks }, links);
    const found = countedFindings(rows, counted(rows, finding));
    return measured(rules, blocks.report, { found, joined: acceptedOf(transitive, settings) });
  });
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
export const acceptedOf = ({ pairs, scores }: Judged, settings: StitchSettings): number =>
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
  { profiles }: Context,
  compared: (pairs: Pairs) => Promise<Compared>,
): Learning {
  let random: Promise<Seen> | undefined;
  const draw = async () => seen(patterns, (await compared(drawnPairs(profiles.size))).pattern);
  return {
    // Rules of one's own say what is done, not what is likely: weights don't depend on them.
    ...{ comparisons: comparisonsOf(shape), priority: settings.key_priority },
    ...{ profiles: profiles.size, agreements: agreements(profiles, shape) },
    random: () => {
      random ??= draw();
      return random;
    },
  };
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

type Clustered = Pick<Resolution, 'assigned' | 'cleanSources' | 'warnings'> & { transitive: Judged };

/** Components, divided where they are supersized or in conflict. */
async function cluster(crew: Crew, matching: Matching): Promise<Clustered> {
  const { given, collapsed, comparisons, compares, comparer, decide, model, labels, links, met } = matching;
  const { settings } = given;
  const within = linked(collapsed.profiles.size, links, settings);
  const { piece, supersized } = within;
  const cleanSources = heldClean(settings, model);
  const sources = sourceMasks(given.records, collapsed, cleanSources);
  const divides = { compares, model, sources, labels, keep: supersized };
  const laid = laidOut(piece, met.pairs);
  const divided = await divideAll(crew, divides, comparer, laid);
  const cluster = piece.slice();
  for (const [i, profile] of laid.members.entries()) cluster[profile] = divided.cluster[i] ?? profile;
  const judging = { comparer, comparisons, decide, model, settings };
  const weak = new Set(weakProfiles(repeated(collapsed), (place) => collapsed.records[place] ?? 0, judging));
  return {
    transitive: { pairs: divided.transitive, scores: scoresOf(comparer.patterns, decide, met.scores), met: false },
    assigned: assigned(collapsed, { ...within, cluster, weak }),
    cleanSources,
    warnings: chained(within, settings.supersized_cluster_min_size),
  };
}
