import { OWN_RULES } from '../model/own-rules.ts';
import type { Resolution } from '../resolve.ts';
import { valuesOf, without, withValueOf } from './fields.ts';
import { changed, labelPiece, type Piece, valuesAt } from './pieces.ts';
import { pairOf, type World } from './recompute.ts';
import { applied, type Found, pruned, type Search } from './search.ts';

/** A combination of more changes explains nothing any more. */
const MOST_CHANGES = 4;

/**
 * What would join two records of two people: a field that one person lacked or that were equal, each by itself; else a
 * combination, of the changes that add most to what the two say to each other. Labels and clean sources that part them are
 * thought away in the same manner.
 */
export async function whatJoins(search: Search, found: Resolution): Promise<Found> {
  const changes = changesOf(search, found);
  const { tried, single } = await search.alone(changes);
  const combination = single.length > 0 ? [] : await pruned(search, await greedy(search, changes));
  return { tried, single: simplest(single), combination };
}

/** Where a field's absence suffices, that it would if it were equal says nothing more. */
const simplest = (single: readonly Piece[]): Piece[] =>
  single.filter(
    ({ field, equalTo }) =>
      equalTo === undefined || !single.some((one) => one.field === field && one.equalTo === undefined),
  );

/** Makes the change that helps most, again and again, until the two are one person. */
async function greedy(search: Search, changes: readonly Piece[]): Promise<Piece[]> {
  const made: Piece[] = [];
  while (made.length < MOST_CHANGES && search.affords()) {
    const left = changes.filter(({ field }) => !made.some((one) => one.field === field));
    const [best] = left
      .map((piece) => ({ piece, weight: weightAfter(search, [...made, piece]) }))
      .sort((one, other) => other.weight - one.weight);
    if (best === undefined) return [];
    made.push(best.piece);
    if (await search.turns(applied(search.world, made))) return made;
  }
  return [];
}

const weightAfter = ({ world, basis, one, other }: Search, pieces: readonly Piece[]): number =>
  pairOf(applied(world, pieces), basis, one, other).weight;

function changesOf(search: Search, { assigned: { cluster } }: Resolution): Piece[] {
  const { world, one, other, basis } = search;
  const of = (end: number) => [...world.records.keys()].filter((place) => cluster[place] === cluster[end]);
  const [mine, theirs] = [of(one), of(other)];
  // The smaller person is thought otherwise: less of what is known has to be another.
  const sides: Sides = theirs.length <= mine.length ? { kept: one, turned: other } : { kept: other, turned: one };
  const places = sides.turned === other ? theirs : mine;
  const { evidence } = pairOf(world, basis, one, other);
  const { foreignKeys, separationKeys } = basis.shape;
  const fields = evidence.filter(({ field, weight }) => !['keys', OWN_RULES].includes(field) && weight <= 0);
  return [
    ...partingLabels(world, mine, theirs),
    ...sharedSources(world, mine, theirs),
    ...separationKeys.flatMap((column) => fieldChanges(world, column, { ...sides, places }, true)),
    ...fields.flatMap(({ field, weight }) => fieldChanges(world, field, { ...sides, places }, weight < 0)),
    ...foreignKeys.flatMap((column) => fieldChanges(world, column, { ...sides, places }, false)),
  ];
}

/** The record that stays as it is, and the one that is thought otherwise. */
interface Sides {
  kept: number;
  turned: number;
}

/** A field's value of one person, gone or equal to the other's. `hurts`: that the two differ speaks against them. */
function fieldChanges(
  world: World,
  field: string,
  { kept, turned, places }: Sides & { places: readonly number[] },
  hurts: boolean,
): Piece[] {
  const [mine, theirs] = [valuesAt(world, kept), valuesAt(world, turned)];
  const [wanted, values] = [valuesOf(mine, field), valuesOf(theirs, field)];
  if (wanted.some((value) => values.includes(value))) return [];
  const holding = places.filter((place) =>
    valuesOf(valuesAt(world, place), field).some((value) => values.includes(value)),
  );
  const gone: Piece = {
    field,
    values,
    records: holding,
    apply: (before) => changed(before, holding, (record) => without(record, field, values)),
  };
  const equal = (records: readonly number[], from: number): Piece => ({
    field,
    values: valuesOf(valuesAt(world, records[0] ?? turned), field),
    records,
    equalTo: valuesOf(valuesAt(world, from), field).join(', '),
    apply: (before) => changed(before, records, (record) => withValueOf(record, field, valuesAt(before, from))),
  });
  if (wanted.length === 0) return values.length === 0 ? [] : [equal([kept], turned)];
  if (values.length === 0) return [equal([turned], kept)];
  return hurts ? [gone, equal(holding, kept)] : [equal(holding, kept)];
}

/** Labels that put records of the two people into different partitions. */
function partingLabels(world: World, mine: readonly number[], theirs: readonly number[]): Piece[] {
  const of = (places: readonly number[]) =>
    world.labels.filter(({ datasource, pk }) =>
      places.some((place) => world.records[place]?.datasource === datasource && world.records[place]?.pk === pk),
    );
  const others = of(theirs);
  const parting = of(mine).filter((said) =>
    others.some(({ label, partition }) => label === said.label && partition !== said.partition),
  );
  return [...new Set(parting.map(({ label }) => label))].map((label) => labelPiece(world, label));
}

/** Clean sources that both people have a record of. */
function sharedSources(world: World, mine: readonly number[], theirs: readonly number[]): Piece[] {
  const from = (places: readonly number[], source: string) =>
    places.filter((place) => world.records[place]?.datasource === source);
  return world.cleanSources
    .filter((source) => from(mine, source).length > 0 && from(theirs, source).length > 0)
    .map((source) => ({
      field: 'source',
      values: [source],
      records: [...from(mine, source), ...from(theirs, source)],
      apply: (before) => ({ ...before, cleanSources: before.cleanSources.filter((name) => name !== source) }),
    }));
}
