import type { StitchSettings } from '../../contracts/customer360.ts';
import { Blocks } from '../blocking/blocks.ts';
import { type Finding, findingsOf, type MeasuredRule, measured } from '../blocking/measured-rules.ts';
import type { Missed } from '../blocking/missed-pairs.ts';
import type { Pairs } from '../blocking/pairs.ts';
import { type Assigned, assigned, chained, type Linked, linked } from '../clusters/assigned.ts';
import { findCleanSources, heldClean } from '../clusters/clean-sources.ts';
import { laidOut, taken } from '../clusters/clusters.ts';
import { linksOf, rowsFrom } from '../clusters/links.ts';
import type { ScoredPairs } from '../clusters/supersized.ts';
import { weakProfiles } from '../clusters/weak.ts';
import { type Compared, joinedPairs } from '../comparisons/comparing.ts';
import type { Comparison } from '../comparisons/comparison.ts';
import { scoresOf, seenOften } from '../comparisons/matching.ts';
import { Comparer, type Patterns } from '../comparisons/patterns.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import type { Crew } from '../crew.ts';
import { type Decision, decider, thresholdOf } from '../model/decide.ts';
import { trained } from '../model/learn.ts';
import type { StitchModel } from '../model/model.ts';
import type { Frozen } from '../model/state.ts';
import { spreadWarnings } from '../quality/warnings.ts';
import type { Column } from '../records/columns.ts';
import { type Collapsed, repeated } from '../records/duplicates.ts';
import { type Labels, profileLabels } from '../records/labels.ts';
import type { Profiles } from '../records/profiles.ts';
import { sourceMasks } from '../records/sources.ts';
import { acceptedOf, contextOf, type Judged, type Watch } from '../resolve.ts';
import { strangersOf } from './choosing.ts';
import { dividePieces, type ProfilesAt, TOGETHER } from './dividing.ts';
import { type SpreadPlan, shapeIn } from './plan.ts';
import { countsOf, type Tally, together } from './tallies.ts';

/** What buckets told of the pairs that met, and how texts of profiles are read. */
export interface Told {
  /** Of all pairs. */
  patterns: Patterns;
  tallies: readonly Tally[];
  /** The pairs of each bucket, as often as they are asked for. */
  buckets(): AsyncIterable<Compared>;
  profiles: ProfilesAt;
  /** The profiles of the pairs drawn from all. */
  drawn(): Promise<Profiles>;
  /** Keeps pairs to be published. */
  keep(judged: Judged): Promise<void>;
}

/** What is decided over: numbers of records and of their profiles, and what was counted over all. */
export interface ToConclude {
  plan: SpreadPlan;
  collapsed: Collapsed;
  datasource: Column;
  /** By record. */
  labels: Labels;
  frozen: Frozen;
  input: StitchModel['input'];
}

export interface Concluded {
  model: StitchModel;
  /** Sources that were held to have each person once. */
  cleanSources: readonly string[];
  assigned: Assigned;
  pairs: number;
  matches: number;
  blocking: MeasuredRule[];
  missed: Missed;
  warnings: string[];
}

/** Of a distributed run all that is decided over the whole: a model, links, people. Beside what is compared here it holds numbers alone. */
export async function conclude(
  given: ToConclude,
  told: Told,
  watch: Pick<Watch, 'stage'>,
  crew: Crew,
): Promise<Concluded> {
  const { plan, collapsed } = given;
  const { settings } = plan;
  const comparisons = comparisonsOf(shapeIn(plan), settings.rules);
  const model = plan.model?.known ?? (await watch.stage('train', () => learnt(given, told)));
  const decide = decider(comparisons, model, settings);
  const scores = scoresOf(told.patterns, decide);
  const labels = profileLabels(given.labels, collapsed.profile);
  const links = await watch.stage('link', () => linksIn(told, scores, { settings, labels }));
  const records = { size: plan.records, datasource: given.datasource };
  if (plan.model === undefined) model.cleanSources = findCleanSources(records, collapsed, links);
  const within = linked(collapsed.profiles.size, links, settings);
  const cleanSources = heldClean(settings, model);
  const sources = sourceMasks(records, collapsed, cleanSources);
  const concluding: Concluding = { given, told, comparisons, decide, model, labels, links };
  const divides = { model, sources, labels, keep: within.supersized };
  const { cluster, joined } = await watch.stage('cluster', () => clustered(crew, concluding, { within, divides }));
  const weak = await watch.stage('weigh', () => weakOf(concluding));
  const { blocking, missed } = await watch.stage('measure', () => measuredOf(concluding, scores, joined));
  return {
    ...{ model, cleanSources, blocking, missed },
    ...{ pairs: countsOf(told.tallies, told.patterns.size).reduce((sum, n) => sum + n, 0), matches: links.a.length },
    assigned: assigned(collapsed, { ...within, cluster, weak }),
    warnings: [
      ...chained(within, settings.supersized_cluster_min_size),
      ...spreadWarnings({ records, collapsed, missed }),
    ],
  };
}

/** What is known of a run once its pairs are linked. */
interface Concluding {
  given: ToConclude;
  told: Told;
  comparisons: readonly Comparison[];
  decide: (levels: Uint8Array) => Decision;
  model: StitchModel;
  labels: Labels;
  links: ScoredPairs;
}

/** The model that the pairs teach which met. */
function learnt({ plan, datasource, frozen, input }: ToConclude, told: Told): Promise<StitchModel> {
  const { settings, rules, profiles, agreements } = plan;
  const shape = shapeIn(plan);
  const learning = {
    ...{ comparisons: comparisonsOf(shape), priority: settings.key_priority, profiles, agreements },
    random: async () => strangersOf(await told.drawn(), plan, frozen),
  };
  const candidates = seenOften(told.patterns, countsOf(told.tallies, told.patterns.size));
  const records = { size: plan.records, datasource };
  return trained({ records, shape, settings, input }, learning, { candidates, rules });
}

/** The accepted pairs, and those that labels add; what is to be published of all is kept. */
async function linksIn(
  told: Told,
  scores: Int32Array,
  { settings, labels }: { settings: StitchSettings; labels: Labels },
): Promise<ScoredPairs> {
  const threshold = thresholdOf(settings);
  const accepted: Compared[] = [];
  for await (const pairs of told.buckets()) {
    await told.keep({ pairs, scores, met: true });
    accepted.push(taken(pairs, rowsFrom(pairs.pattern, scores, threshold)));
  }
  return linksOf(joinedPairs(accepted), scores, threshold, labels);
}

/** Of each profile the first of its cluster, and how many accepted pairs were compared for that alone. */
async function clustered(
  crew: Crew,
  { given, told, decide, model, labels }: Concluding,
  { within, divides }: { within: Linked; divides: { sources: Int32Array; keep: ReadonlySet<number> } },
): Promise<{ cluster: Int32Array; joined: number }> {
  const { settings } = given.plan;
  const { piece } = within;
  const known: Compared[] = [];
  for await (const pairs of told.buckets()) known.push(taken(pairs, rowsWithin(piece, pairs)));
  const dividing = { ...told, ...divides, model, labels, shape: shapeIn(given.plan), settings, frozen: given.frozen };
  const cluster = piece.slice();
  const transitive = joinedPairs(await dividePieces(crew, dividing, laidOut(piece, joinedPairs(known)), cluster));
  const scores = scoresOf(told.patterns, decide);
  const judged = { pairs: transitive, scores, met: false };
  await told.keep(judged);
  return { cluster, joined: acceptedOf(judged, settings) };
}

/** Profiles of several records that say too little to be one person. */
async function weakOf({ given, told, comparisons, decide, model }: Concluding): Promise<Set<number>> {
  const { plan, collapsed, frozen } = given;
  const { settings } = plan;
  const places = Int32Array.from(repeated(collapsed));
  const groups: Int32Array[] = [];
  for (let from = 0; from < places.length; from += TOGETHER) groups.push(places.slice(from, from + TOGETHER));
  const weak = new Set<number>();
  for await (const profiles of told.profiles(groups)) {
    const placeOf = (i: number) => profiles.ids[i] ?? 0;
    const comparer = new Comparer(comparisons, contextOf(profiles, settings, frozen));
    const judging = { comparer, comparisons, decide, model, settings };
    const records = (i: number) => collapsed.records[placeOf(i)] ?? 0;
    for (const i of weakProfiles(profiles.ids.keys(), records, judging)) weak.add(placeOf(i));
  }
  return weak;
}

/** What each rule was good for, and what all of them are thought to have missed. */
async function measuredOf(concluding: Concluding, scores: Int32Array, joined: number) {
  const { plan } = concluding.given;
  const threshold = thresholdOf(plan.settings);
  const accepted = concluding.told.tallies.filter(({ pattern }) => (scores[pattern] ?? 0) >= threshold);
  const found = together([...accepted, ...(await saidOf(concluding, accepted))], plan.rules.length);
  return measured(plan.rules, plan.blocking, { found, joined });
}

/** What rules have to do with the links that labels add to the accepted pairs. */
async function saidOf({ given, told, links }: Concluding, accepted: readonly Finding[]): Promise<Finding[]> {
  const first = accepted.reduce((sum, { pairs }) => sum + pairs, 0);
  const said: Pairs = { a: links.a.subarray(first), b: links.b.subarray(first) };
  const places = [...new Set([...said.a, ...said.b])];
  if (places.length === 0) return [];
  const { rules } = given.plan;
  for await (const profiles of told.profiles([Int32Array.from(places).sort()])) {
    const here = (all: Int32Array) => all.map((place) => profiles.place(place));
    const blocks = new Blocks(profiles, rules, given.frozen.blocks);
    const { rows, finding } = findingsOf({ profiles, rules, blocks }, { a: here(said.a), b: here(said.b) });
    return Array.from(finding, (row) => ({ rules: rows.levels(row), pairs: 1 }));
  }
  return [];
}

/** Rows of pairs that are of one piece. */
function rowsWithin(piece: Int32Array, { a, b }: Pairs): Int32Array {
  const rows = new Int32Array(a.length);
  let found = 0;
  for (let row = 0; row < a.length; row++) if (piece[a[row] ?? 0] === piece[b[row] ?? 0]) rows[found++] = row;
  return rows.slice(0, found);
}
