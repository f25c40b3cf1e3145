import type { EvidencePiece, PairExplanation } from '../../contracts/explanation.ts';
import type { RecordKey } from '../../contracts/record-key.ts';
import { textOf } from '../records/columns.ts';
import type { StandardRecord } from '../records/standard-record.ts';
import { agreedValues, valuesOf, without } from './fields.ts';
import { type Basis, explainerOf, type World } from './recompute.ts';

/** Something that speaks for or against one person, and how the world is once it is thought away or otherwise. */
export interface Piece {
  field: string;
  values: readonly string[];
  /** Places of the records whose value it is. */
  records: readonly number[];
  /** The value that they are thought to have instead; none when it is taken away. */
  equalTo?: string | undefined;
  apply: (world: World) => World;
}

/**
 * The pieces of evidence that speak for one person between the records of some pairs, each once, as they are asked for: an
 * e-mail address, for one, wherever it stands.
 */
export function* piecesBetween(
  world: World,
  basis: Basis,
  pairs: readonly (readonly [number, number])[],
): Generator<Piece> {
  const explainer = explainerOf(world, basis);
  const known = new Set<string>();
  for (const [one, other] of pairs) {
    for (const piece of piecesOf(world, basis, explainer.explain(one, other), [one, other])) {
      const key = JSON.stringify([piece.field, piece.values]);
      if (!known.has(key)) yield piece;
      known.add(key);
    }
  }
}

function piecesOf(world: World, basis: Basis, pair: PairExplanation, [one, other]: [number, number]): Piece[] {
  const [mine, theirs] = [valuesAt(world, one), valuesAt(world, other)];
  const agreeing = agreeingFields(pair, mine, theirs, basis);
  const evidence = agreeing.map((field) => valuePiece(world, field, agreedValues(mine, theirs, field)));
  return [...evidence, ...bindingLabels(world, one, other)];
}

/** For people, and for programs. */
export function told({ field, values, records, equalTo }: Piece, world: World): EvidencePiece {
  const keys = keysAt(world, records);
  if (equalTo === undefined) return { field, values: [...values], records: keys, change: 'away' };
  return { field, values: [...values], records: keys, change: 'equal', equal_to: equalTo };
}

export const valuesAt = ({ records }: World, place: number): StandardRecord => records[place]?.values ?? {};

export const keysAt = ({ records }: World, places: readonly number[]): RecordKey[] =>
  places.flatMap((place) => {
    const record = records[place];
    return record ? [{ datasource: record.datasource, pk: record.pk }] : [];
  });

/** A world in which some records hold other values. */
export const changed = (
  world: World,
  places: readonly number[],
  change: (values: StandardRecord) => StandardRecord,
): World => {
  const those = new Set(places);
  const records = world.records.map((record, place) =>
    those.has(place) ? { ...record, values: change(record.values) } : record,
  );
  return { ...world, records };
};

/** Values of a field, taken from every record that holds one of them. */
function valuePiece(world: World, field: string, values: readonly string[]): Piece {
  const records = [...world.records.keys()].filter((place) =>
    valuesOf(valuesAt(world, place), field).some((value) => values.includes(value)),
  );
  return {
    field,
    values,
    records,
    apply: (before) => changed(before, records, (record) => without(record, field, values)),
  };
}

/** Fields whose agreement speaks for one person; foreign keys by their columns. */
function agreeingFields(
  { evidence }: PairExplanation,
  mine: StandardRecord,
  theirs: StandardRecord,
  { shape }: Basis,
): string[] {
  const keys = shape.foreignKeys.filter(
    (column) => textOf(mine[column]) !== undefined && textOf(mine[column]) === textOf(theirs[column]),
  );
  return [...evidence.filter(({ weight }) => weight > 0).map(({ field }) => field), ...keys];
}

/** What people said that binds two records: the same label and partition. */
function bindingLabels(world: World, one: number, other: number): Piece[] {
  const of = (place: number) => world.labels.filter(isOf(world, place));
  return of(one)
    .filter((mine) => of(other).some(({ label, partition }) => label === mine.label && partition === mine.partition))
    .map(({ label }) => labelPiece(world, label));
}

const isOf = (world: World, place: number) => (said: World['labels'][number]) =>
  said.datasource === world.records[place]?.datasource && said.pk === world.records[place]?.pk;

/** All that is said under one label. */
export function labelPiece(world: World, label: string): Piece {
  const records = [...world.records.keys()].filter((place) =>
    world.labels.some((said) => said.label === label && isOf(world, place)(said)),
  );
  const apply = (before: World) => ({ ...before, labels: before.labels.filter((said) => said.label !== label) });
  return { field: 'label', values: [label], records, apply };
}
