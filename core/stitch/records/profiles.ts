import { soundex } from '../cleaning/standard-values.ts';
import { Column, type ColumnData, combined, textOf } from './columns.ts';

type Row = Readonly<Record<string, string | readonly string[] | null | undefined>>;

/** Profiles as plain data; columns without a value are left out. */
export interface ProfilesData {
  ids: Int32Array;
  columns: [string, ColumnData][];
}

/** What Stitch compares: profiles in the order of their first records, column by column. */
export class Profiles {
  /** The number of each profile's first record, ascending. */
  readonly ids: Int32Array;
  readonly #columns: ReadonlyMap<string, Column>;

  constructor(ids: Int32Array, columns: ReadonlyMap<string, Column>) {
    this.ids = ids;
    this.#columns = columns;
  }

  /** Profiles of another thread's. */
  static from({ ids, columns }: ProfilesData): Profiles {
    return new Profiles(ids, new Map(columns.map(([name, column]) => [name, Column.from(column)])));
  }

  data(): ProfilesData {
    const filled = [...this.#columns].filter(([, column]) => !column.isEmpty);
    return { ids: this.ids, columns: filled.map(([name, column]) => [name, column.data()]) };
  }

  get size(): number {
    return this.ids.length;
  }

  /** The place of the profile with a number. */
  place(id: number): number {
    let [from, to] = [0, this.size];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.ids[middle] ?? 0) < id) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  /** A column that the run lacks has no values. */
  column(name: string): Column {
    return this.#columns.get(name) ?? Column.empty(this.size);
  }

  /** Few profiles, as rows of standardised texts. */
  static of(rows: readonly Row[], columns: readonly string[]): Profiles {
    const read = columns.map((name): [string, Column] => [name, Column.of(rows.map((row) => textOf(row[name])))]);
    return profilesOf(
      Int32Array.from(rows, (_, i) => i),
      new Map(read),
    );
  }
}

/** Profiles with the columns that keys and comparisons read besides the standardised ones that are given. */
export function profilesOf(ids: Int32Array, standard: ReadonlyMap<string, Column>): Profiles {
  const column = (name: string) => standard.get(name) ?? Column.empty(ids.length);
  const made: [string, Column][] = [
    ['dob', column('birthdate')],
    ['sound', column('surname').derived(soundex)],
    ['place', combined(['street', 'postal', 'city'].map(column), placeOf)],
    ['email_user', column('email').derived((email) => email.split('@')[0]?.replaceAll(/[._-]/g, ''))],
  ];
  const columns = new Map([...standard, ...made]);
  Column.laidOut([...columns.values()].filter((each) => !each.isEmpty));
  return new Profiles(ids, columns);
}

/** A street with its area: its name alone says little. */
function placeOf([street, postal, city]: readonly (string | undefined)[]): string | undefined {
  const area = postal ?? city;
  return street === undefined || area === undefined ? undefined : `${street}|${area}`;
}
