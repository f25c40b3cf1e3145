import type { Context } from '../comparisons/comparison.ts';
import type { Profiles } from './profiles.ts';
import type { Shape } from './shape.ts';

/**
 * Columns whose agreement counts by how common the value is. An address is one with its area (`place`), since a street's name
 * says little without its town.
 */
export function countedColumns(shape: Shape): string[] {
  const company = shape.columns.has('company') ? ['company'] : [];
  const plain = ['given_name', 'surname', 'email', 'phone', 'postal', ...company, ...shape.evidence];
  return [...plain, 'dob', 'place'];
}

/** Frequency in powers of two: 0 for fewer than four holders, 1 for fewer than eight, and so on. */
export const band = (count: number): number => Math.max(0, 30 - Math.clz32(count));

/** A value that four profiles or more hold. */
export type CommonValue = { semantic: string; value: string; n: number };

/** How common the values of the profiles are: as a model froze it, else as they are counted. */
export function bandsOf(profiles: Profiles, frozen?: readonly CommonValue[]): Context['bands'] {
  const known = new Map<string, Uint8Array>();
  return (name) => {
    const column = profiles.column(name);
    const bands =
      known.get(name) ?? (frozen ? frozenBands(name, column, frozen) : new Uint8Array(column.holders().map(band)));
    known.set(name, bands);
    return bands;
  };
}

function frozenBands(name: string, { dictionary }: ReturnType<Profiles['column']>, frozen: readonly CommonValue[]) {
  const bands = new Uint8Array(dictionary.size);
  for (const { semantic, value, n } of frozen) {
    const code = semantic === name ? dictionary.find(value) : -1;
    if (code >= 0) bands[code] = band(n);
  }
  return bands;
}

/** The values that four profiles or more hold, by column and value. */
export function commonValues(profiles: Profiles, shape: Shape): CommonValue[] {
  return countedColumns(shape).flatMap((semantic) => {
    const column = profiles.column(semantic);
    const found: CommonValue[] = [];
    column.holders().forEach((n, code) => {
      if (n >= 4) found.push({ semantic, value: column.dictionary.text(code), n });
    });
    return found.sort((one, other) => (one.value < other.value ? -1 : 1));
  });
}

/** How many pairs of profiles agree on a value of a band. */
export type Agreement = { semantic: string; band: number; pairs: number };

/** The same for each column and band; exact, in closed form. */
export function agreements(profiles: Profiles, shape: Shape): Agreement[] {
  return countedColumns(shape).flatMap((semantic) => {
    const pairs: number[] = [];
    const holders = profiles.column(semantic).holders();
    for (let code = 0; code < holders.length; code++) {
      const n = holders[code] ?? 0;
      pairs[band(n)] = (pairs[band(n)] ?? 0) + (n * (n - 1)) / 2;
    }
    return pairs.flatMap((count, of) => (count > 0 ? [{ semantic, band: of, pairs: count }] : []));
  });
}

/** A relation of standardised records with what keys read besides, as `profilesOf` makes it. */
export const derivedSql = (relation: string) =>
  `SELECT *, birthdate::VARCHAR AS dob, street || '|' || coalesce(postal, city) AS place,
  nullif(translate(split_part(email, '@', 1), '._-', ''), '') AS email_user FROM ${relation}`;
