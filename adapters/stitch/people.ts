import type { StitchSettings } from '../../core/contracts/customer360.ts';
import { text } from '../../core/sql/quote.ts';
import { cleanSources, countLinks } from '../../core/stitch/clean-sources.ts';
import {
  clusteredTableSql,
  rowsWithin,
  sourceMasksSql,
  sourcesSql,
  unmet,
  weakTableSql,
} from '../../core/stitch/clusters.ts';
import type { Comparison } from '../../core/stitch/comparisons/comparison.ts';
import { components, groups } from '../../core/stitch/components.ts';
import type { Decision } from '../../core/stitch/decide.ts';
import { linkageOf } from '../../core/stitch/linkage.ts';
import { type Compared, scoresOf } from '../../core/stitch/matching.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import type { Comparer } from '../../core/stitch/patterns.ts';
import { people } from '../../core/stitch/people.ts';
import type { Profiles } from '../../core/stitch/profiles.ts';
import { pieces, type ScoredPairs } from '../../core/stitch/supersized.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { appendIntegers, readIntegers } from './integers.ts';
import { addScored, rowsFrom } from './pairs.ts';

/** A mask has as many bits; sources beyond them are never taken for clean. */
const MASK_BITS = 30;
/** What a label that binds two profiles scores. */
const CERTAIN = 500;

/** What was compared, and how its patterns score. */
export interface Matched {
  profiles: Profiles;
  comparisons: readonly Comparison[];
  comparer: Comparer;
  pairs: Compared;
  scores: Int32Array;
}

type Labels = ReadonlyMap<number, readonly { label: string; partition: string }[]>;

/** The accepted pairs, and those that labels add. */
export function linksOf(
  { pairs, scores }: Pick<Matched, 'pairs' | 'scores'>,
  threshold: number,
  labels: Labels,
): ScoredPairs {
  const rows = rowsFrom(pairs.pattern, scores, threshold);
  const said = saidTogether(labels);
  const both = (column: Int32Array, more: readonly number[]) => Int32Array.from([...column, ...more]);
  const [a, b] = [rows.map((row) => pairs.a[row] ?? 0), rows.map((row) => pairs.b[row] ?? 0)];
  const score = rows.map((row) => scores[pairs.pattern[row] ?? 0] ?? 0);
  if (said.length === 0) return { a, b, score };
  const certain = said.map(() => CERTAIN);
  return {
    a: both(
      a,
      said.map(([one]) => one),
    ),
    b: both(
      b,
      said.map(([, other]) => other),
    ),
    score: both(score, certain),
  };
}

/** Each labelled profile with the first of its partition. */
function saidTogether(labels: Labels): [number, number][] {
  const first = new Map<string, number>();
  const found: [number, number][] = [];
  for (const [profile, said] of [...labels].sort(([one], [other]) => one - other)) {
    for (const { label, partition } of said) {
      const key = JSON.stringify([label, partition]);
      const one = first.get(key);
      if (one === undefined) first.set(key, profile);
      else found.push([one, profile]);
    }
  }
  return found;
}

/** Sources that the links show to hold each person once. */
export async function findCleanSources(
  session: DuckDbSession,
  profiles: Profiles,
  links: ScoredPairs,
): Promise<string[]> {
  const sources = await session.rows<{ datasource: string; records: number; repeated: number }>(
    'stitch: sources',
    sourcesSql,
  );
  const judged = sources.slice(0, MASK_BITS);
  if (judged.length < 2) return [];
  const names = judged.map((source) => source.datasource);
  return cleanSources(countLinks(judged, await readMasks(session, profiles, names), links));
}

async function readMasks(session: DuckDbSession, profiles: Profiles, sources: string[]): Promise<Int32Array> {
  if (sources.length === 0) return new Int32Array(profiles.size);
  const [, masks] = await readIntegers(session, 'stitch: source masks', sourceMasksSql(sources, text));
  return masks ?? new Int32Array(profiles.size);
}

interface PeopleOptions {
  matched: Matched;
  model: StitchModel;
  settings: StitchSettings;
  links: ScoredPairs;
  labels: Labels;
  decide: (levels: Uint8Array) => Decision;
}

/** Table `clustered`: components, divided where they are supersized or in conflict. */
export async function cluster(session: DuckDbSession, options: PeopleOptions): Promise<string[]> {
  const { matched, model, settings, links, labels, decide } = options;
  const { profiles, comparisons, comparer, pairs } = matched;
  const threshold = Math.round(settings.threshold * 100);
  await writeWeak(session, options, threshold);
  const component = components(profiles.size, links);
  const { piece, supersized } = pieces(profiles.size, links, threshold, settings.supersized_cluster_min_size);
  const known = taken(pairs, rowsWithin(piece, pairs));
  const missed = unmet(piece, known);
  const transitive = { ...missed, pattern: comparer.compareAll(missed) };
  const scores = scoresOf(comparer.patterns, decide);
  await addScored(session, profiles, transitive, scores, true);
  const found = people({
    piece,
    pairs: joined(known, transitive),
    scores,
    sources: await readMasks(session, profiles, model.cleanSources),
    threshold,
    linkage: linkageOf(comparisons, model, settings.key_priority),
    levels: (pattern) => comparer.patterns.levels(pattern),
    labels,
    keep: supersized,
  });
  await writeClusters(session, profiles, { component, cluster: found, piece, supersized });
  return supersized.size === 0
    ? []
    : [`${supersized.size} clusters stayed above ${settings.supersized_cluster_min_size} records and count as nobody`];
}

function taken({ a, b, pattern }: Compared, rows: Int32Array): Compared {
  const of = (column: Int32Array) => rows.map((row) => column[row] ?? 0);
  return { a: of(a), b: of(b), pattern: of(pattern) };
}

function joined(one: Compared, other: Compared): Compared {
  const both = (column: 'a' | 'b' | 'pattern') => {
    const all = new Int32Array(one.a.length + other.a.length);
    all.set(one[column]);
    all.set(other[column], one.a.length);
    return all;
  };
  return { a: both('a'), b: both('b'), pattern: both('pattern') };
}

/** Profiles of several records that agree in all they have, yet in too little to be one person. */
async function writeWeak(session: DuckDbSession, { matched, decide }: PeopleOptions, threshold: number): Promise<void> {
  const { profiles, comparer } = matched;
  const [several] = await readIntegers(
    session,
    'stitch: profiles of several records',
    'SELECT (row_number() OVER (ORDER BY id) - 1)::INTEGER AS place FROM profile QUALIFY records > 1',
  );
  const weak = (several ?? new Int32Array()).filter((place) => {
    const { score } = decide(comparer.patterns.levels(comparer.compare(place, place)));
    return Math.round(score * 100) < threshold;
  });
  await session.run('stitch: weak', weakTableSql);
  await appendIntegers(session, 'weak', [weak.map((place) => profiles.ids[place] ?? 0)]);
}

/** What people said about profiles, by place. */
export async function readLabels(session: DuckDbSession, profiles: Profiles): Promise<Labels> {
  const rows = await session.rows<{ rid: number; label: string; partition: string }>(
    'stitch: labels',
    'SELECT rid, label, "partition" FROM label ORDER BY ALL',
  );
  const labels = new Map<number, { label: string; partition: string }[]>();
  for (const { rid, label, partition } of rows) {
    const place = profiles.place(rid);
    labels.set(place, [...(labels.get(place) ?? []), { label, partition }]);
  }
  return labels;
}

interface Found {
  component: Int32Array;
  cluster: Int32Array;
  piece: Int32Array;
  supersized: ReadonlySet<number>;
}

async function writeClusters(session: DuckDbSession, { ids }: Profiles, found: Found): Promise<void> {
  const { members } = groups(found.component);
  const of = (column: Int32Array) => members.map((place) => ids[column[place] ?? place] ?? 0);
  const large = members.map((place) => {
    const mine = found.piece[place] ?? place;
    return found.supersized.has(mine) ? (ids[mine] ?? 0) : -1;
  });
  await session.run('stitch: clustered', clusteredTableSql);
  const rids = members.map((place) => ids[place] ?? 0);
  await appendIntegers(session, 'clustered', [rids, of(found.component), of(found.cluster), large]);
}
