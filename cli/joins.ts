import type { PersonJoin } from '../core/contracts/person.ts';

/** Fields by which a reader compares two records, and how their values are made comparable. */
const compared: Readonly<Record<string, (value: string) => string>> = {
  given_name: plain,
  surname: plain,
  full_name: plain,
  email: (value) => value.trim().toLowerCase(),
  phone: (value) => value.replace(/\D/g, '').slice(-10),
  address: plain,
  postal: plain,
  birthdate: plain,
};

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

/** The fields that both records have, by whether they say the same. */
export function comparison(
  one: Record<string, unknown>,
  other: Record<string, unknown>,
): { alike: string[]; unlike: string[] } {
  const both = Object.entries(compared).filter(
    ([field]) => typeof one[field] === 'string' && typeof other[field] === 'string',
  );
  const isAlike = ([field, comparable]: (typeof both)[number]) =>
    comparable(String(one[field])) === comparable(String(other[field]));
  const names = (fields: typeof both) => fields.map(([field]) => field.replace('_', ' '));
  return { alike: names(both.filter(isAlike)), unlike: names(both.filter((field) => !isAlike(field))) };
}

function plain(value: string): string {
  return value.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
