import type { PersonJoin } from '../core/contracts/person.ts';

/** The strongest pairs that are enough to connect all records that any pair connects: one less than there are records. */
export function holdingTogether(pairs: readonly PersonJoin[]): PersonJoin[] {
  const groups = new Map<string, string>();
  const groupOf = (record: string): string => {
    const parent = groups.get(record);
    return parent === undefined ? record : groupOf(parent);
  };
  const strongest = [...pairs].sort((a, b) => b.score - a.score);
  return strongest.filter((pair) => {
    const one = groupOf(`${pair.source1} ${pair.pk1}`);
    const other = groupOf(`${pair.source2} ${pair.pk2}`);
    if (one !== other) groups.set(one, other);
    return one !== other;
  });
}
