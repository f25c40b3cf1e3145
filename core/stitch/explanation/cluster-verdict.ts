import type { ClusterVerdict } from '../../contracts/explanation.ts';
import { type Between, type Linkage, linkageOf, weighed } from '../clusters/linkage.ts';
import { pieces } from '../clusters/supersized.ts';
import { comparisonsOf } from '../comparisons/registry.ts';
import { thresholdOf } from '../model/decide.ts';
import type { Resolution } from '../resolve.ts';
import { keysAt } from './pieces.ts';
import { type Basis, firstOf, profileOf, type World } from './recompute.ts';

/** So many records stand for a person. */
const SHOWN = 3;

/** Why two accepted records are two people all the same: their people, judged as one record each. */
export function verdictOn(world: World, basis: Basis, found: Resolution, link: [number, number]): ClusterVerdict {
  const comparisons = comparisonsOf(basis.shape, basis.settings.rules);
  const linkage = linkageOf(comparisons, basis.model, basis.settings);
  const [a, b] = link.map((record) => profileOf(found, record)) as [number, number];
  const divided = isDivided(found, basis, a, b);
  const between =
    (divided ? undefined : betweenClusters(found, basis, linkage, link)) ?? betweenPair(found, linkage, a, b);
  const [one, other] = link.map((record) => personAt(world, found, record)) as [Shown, Shown];
  const [linkOne, linkOther] = keysAt(world, link) as [ClusterVerdict['link']['one'], ClusterVerdict['link']['other']];
  return {
    one,
    other,
    link: { one: linkOne, other: linkOther, score: scoreOf(found, a, b) },
    ...weighed(between, comparisons, basis.model),
    parted_by: divided ? 'supersized component' : partedBy(between, basis),
  };
}

type Shown = ClusterVerdict['one'];

function personAt(world: World, { assigned: { cluster } }: Resolution, record: number): Shown {
  const places = [...world.records.keys()].filter((place) => cluster[place] === cluster[record]);
  return { records: places.length, first: keysAt(world, places.slice(0, SHOWN)) };
}

/** Whether two profiles were put into two pieces of a component that was too large. */
function isDivided({ collapsed, links }: Resolution, { settings }: Basis, a: number, b: number): boolean {
  const most = settings.supersized_cluster_min_size;
  const { piece } = pieces(collapsed.profiles.size, links, thresholdOf(settings), most);
  return piece[a] !== piece[b];
}

/** All that is known between the people of two records, as refinement saw it; undefined when nothing is. */
function betweenClusters(
  found: Resolution,
  { settings }: Basis,
  linkage: Linkage,
  link: [number, number],
): Between | undefined {
  const { cluster } = found.assigned;
  const [mine, theirs] = link.map((record) => cluster[record]);
  const crosses = (...profiles: [number, number]) => {
    const [x, y] = profiles.map((profile) => cluster[firstOf(found, profile)]);
    return (x === mine && y === theirs) || (x === theirs && y === mine);
  };
  let all: Between | undefined;
  const add = (between: Between) => {
    all = all === undefined ? between : linkage.joined(all, between);
  };
  const settled = new Set<string>();
  for (const { pair, together } of labelledPairs(found.labels).filter(({ pair: each }) => crosses(...each))) {
    settled.add(pair.join());
    add(linkage.labelled(together));
  }
  for (const { pairs, scores } of found.judged) {
    pairs.a.forEach((x, row) => {
      const [y, pattern] = [pairs.b[row] ?? 0, pairs.pattern[row] ?? 0];
      if (!crosses(x, y) || settled.has([x, y].join())) return;
      add(linkage.between(found.comparer.patterns.levels(pattern), (scores[pattern] ?? 0) >= thresholdOf(settings)));
    });
  }
  return all;
}

/** Pairs of profiles that labels bind or part, the smaller place first. */
function labelledPairs(labels: Resolution['labels']): { pair: [number, number]; together: boolean }[] {
  const marked = [...labels].sort(([one], [other]) => one - other);
  return marked.flatMap(([a, mine], at) =>
    marked.slice(at + 1).flatMap(([b, theirs]) =>
      mine.flatMap(({ label, partition }) => {
        const said = theirs.find((each) => each.label === label);
        return said ? [{ pair: [a, b] as [number, number], together: said.partition === partition }] : [];
      }),
    ),
  );
}

const betweenPair = ({ comparer }: Resolution, linkage: Linkage, a: number, b: number): Between =>
  linkage.between(comparer.patterns.levels(comparer.compare(a, b)), true);

function scoreOf({ links }: Resolution, a: number, b: number): number {
  const row = links.a.findIndex((x, at) => (x === a && links.b[at] === b) || (x === b && links.b[at] === a));
  return (links.score[row] ?? 0) / 100;
}

/** Clusters that are linked, not in conflict and likelier one person than not stay apart for sharing a clean source only. */
function partedBy({ said, rule, apart, bound, strength }: Between, { settings }: Basis): ClusterVerdict['parted_by'] {
  if (said === 'apart') return 'label';
  if (rule !== undefined && strength === undefined) return 'rule';
  if (apart && !(bound && settings.key_priority === 'fk')) return 'separation key';
  return strength === undefined ? 'conflict' : 'clean source';
}
