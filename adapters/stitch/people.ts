import type { StitchSettings } from '../../core/contracts/customer360.ts';
import { text } from '../../core/sql/quote.ts';
import { cleanSources, countLinks } from '../../core/stitch/clean-sources.ts';
import {
  clusteredTableSql,
  inPieceTableSql,
  knownPairsSql,
  knownSql,
  selfPairsSql,
  sourceMasksSql,
  sourcesSql,
  transitiveSql,
  unmetSql,
  weakSql,
} from '../../core/stitch/clusters.ts';
import { components, groups } from '../../core/stitch/components.ts';
import { decider } from '../../core/stitch/decide.ts';
import { linkageOf } from '../../core/stitch/linkage.ts';
import type { StitchModel } from '../../core/stitch/model.ts';
import { type Layout, levelsOf } from '../../core/stitch/patterns.ts';
import { people } from '../../core/stitch/people.ts';
import { pieces } from '../../core/stitch/supersized.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { appendIntegers, readIntegers } from './integers.ts';
import { decideAll, patternCounts, score } from './pairs.ts';

/** A mask has as many bits; sources beyond them are never taken for clean. */
const MASK_BITS = 30;

export interface Links {
  a: Int32Array;
  b: Int32Array;
  score: Int32Array;
}

/** The accepted pairs, and those that labels add. */
export async function readLinks(session: DuckDbSession, threshold: number): Promise<Links> {
  const sql = `SELECT a, b, score FROM scored WHERE score >= ${threshold}`;
  const said = `SELECT min(l.rid)::INTEGER, r.rid, 500 FROM label l JOIN label r ON l.label = r.label AND l."partition" = r."partition" AND l.rid < r.rid GROUP BY r.rid ORDER BY r.rid`;
  const [a, b, scores] = await readIntegers(session, 'stitch: links', sql);
  const labels = await readIntegers(session, 'stitch: labels', said);
  const both = (mine: Int32Array | undefined, more: Int32Array | undefined) =>
    Int32Array.from([...(mine ?? []), ...(more ?? [])]);
  if ((labels[0]?.length ?? 0) === 0)
    return { a: a ?? new Int32Array(), b: b ?? new Int32Array(), score: scores ?? new Int32Array() };
  return { a: both(a, labels[0]), b: both(b, labels[1]), score: both(scores, labels[2]) };
}

/** Sources that the links show to hold each person once. */
export async function findCleanSources(session: DuckDbSession, records: number, links: Links): Promise<string[]> {
  const sources = await session.rows<{ datasource: string; records: number; repeated: number }>(
    'stitch: sources',
    sourcesSql,
  );
  const judged = sources.slice(0, MASK_BITS);
  if (judged.length < 2) return [];
  const masks = await readMasks(
    session,
    records,
    judged.map((source) => source.datasource),
  );
  return cleanSources(countLinks(judged, masks, links));
}

async function readMasks(session: DuckDbSession, records: number, sources: string[]): Promise<Int32Array> {
  const masks = new Int32Array(records);
  if (sources.length === 0) return masks;
  const [profiles, found] = await readIntegers(session, 'stitch: source masks', sourceMasksSql(sources, text));
  profiles?.forEach((profile, i) => {
    masks[profile] = found?.[i] ?? 0;
  });
  return masks;
}

interface PeopleOptions {
  layout: Layout;
  model: StitchModel;
  settings: StitchSettings;
  records: number;
  links: Links;
}

/** Table `clustered`: components, divided where they are supersized or in conflict. */
export async function cluster(session: DuckDbSession, options: PeopleOptions): Promise<string[]> {
  const { layout, model, settings, links, records } = options;
  const threshold = Math.round(settings.threshold * 100);
  const comparisons = layout.fields.map((field) => field.comparison);
  const decide = decider(comparisons, model, settings.key_priority);
  await weak(session, layout, threshold, decide);
  const component = components(records, links);
  const { piece, supersized } = pieces(records, links, threshold, settings.supersized_cluster_min_size);
  await writePieces(session, piece);
  await session.run('stitch: known', knownSql);
  await session.run('stitch: unmet', unmetSql);
  await session.run('stitch: transitive', transitiveSql(layout));
  await score(
    session,
    layout,
    'transitive',
    'scored_transitive',
    await patternCounts(session, layout, 'transitive'),
    decide,
  );
  const [a, b, scores, ...words] = await readIntegers(session, 'stitch: known pairs', knownPairsSql(layout));
  const none = new Int32Array();
  const found = people({
    piece,
    pairs: { a: a ?? none, b: b ?? none, score: scores ?? none, words },
    sources: await readMasks(session, records, model.cleanSources),
    threshold,
    linkage: linkageOf(comparisons, model, settings.key_priority),
    levels: (each) => levelsOf(layout, each),
    labels: await readLabels(session),
    keep: supersized,
  });
  await writeClusters(session, component, found, piece, supersized);
  return supersized.size === 0
    ? []
    : [`${supersized.size} clusters stayed above ${settings.supersized_cluster_min_size} records and count as nobody`];
}

async function weak(
  session: DuckDbSession,
  layout: Layout,
  threshold: number,
  decide: ReturnType<typeof decider>,
): Promise<void> {
  await session.run('stitch: self', selfPairsSql(layout));
  const patterns = await patternCounts(session, layout, 'self');
  await decideAll(session, layout, patterns, decide);
  await session.run('stitch: weak', weakSql(layout, threshold));
}

async function readLabels(session: DuckDbSession): Promise<Map<number, { label: string; partition: string }[]>> {
  const rows = await session.rows<{ rid: number; label: string; partition: string }>(
    'stitch: labels',
    'SELECT rid, label, "partition" FROM label ORDER BY ALL',
  );
  const labels = new Map<number, { label: string; partition: string }[]>();
  for (const { rid, label, partition } of rows) labels.set(rid, [...(labels.get(rid) ?? []), { label, partition }]);
  return labels;
}

async function writePieces(session: DuckDbSession, piece: Int32Array): Promise<void> {
  const { members } = groups(piece);
  await session.run('stitch: in_piece', inPieceTableSql);
  await appendIntegers(session, 'in_piece', [members, members.map((profile) => piece[profile] ?? profile)]);
}

async function writeClusters(
  session: DuckDbSession,
  component: Int32Array,
  cluster: Int32Array,
  piece: Int32Array,
  supersized: ReadonlySet<number>,
): Promise<void> {
  const { members } = groups(component);
  const of = (column: Int32Array) => members.map((profile) => column[profile] ?? profile);
  const large = members.map((profile) => {
    const mine = piece[profile] ?? profile;
    return supersized.has(mine) ? mine : -1;
  });
  await session.run('stitch: clustered', clusteredTableSql);
  await appendIntegers(session, 'clustered', [members, of(component), of(cluster), large]);
}
