import { ident } from '../../sql/quote.ts';
import type { Records } from '../cleaning/standardise.ts';
import { type Crew, handsFor } from '../crew.ts';
import { Column, type ColumnData, combinations, heldBy } from './columns.ts';
import { type Labels, labelColumn, labelWords } from './labels.ts';
import { Profiles, type ProfilesData, profilesOf } from './profiles.ts';

/** Records, and the profiles that go on in their stead. */
export interface Collapsed {
  profiles: Profiles;
  /** The place of each record's profile. */
  profile: Int32Array;
  /** How many records each profile stands for. */
  records: Int32Array;
}

/**
 * Trivial duplicates: records alike in every matching column, and in what labels say of them, are one profile. Its number is
 * that of its first record.
 */
export function collapse({ size, columns }: Pick<Records, 'size' | 'columns'>, labels: Labels): Collapsed {
  const alike = [...columns.values(), labelColumn(labels, size)].filter((column) => !column.isEmpty);
  const { numbers, firsts } = combinations(
    alike.map(({ codes }) => codes),
    size,
  );
  const records = heldBy(numbers, firsts.length);
  const taken = Array.from(columns, ([name, column]): [string, Column] => [name, column.taking(firsts)]);
  return { profiles: profilesOf(firsts, new Map(taken)), profile: numbers, records };
}

/** Records as they go to another thread. */
interface CollapsePart {
  size: number;
  columns: [string, ColumnData][];
  labels: Labels;
}

/** The same. A hand does it where there is one, and leaves this thread free meanwhile. */
export async function collapseAll(
  crew: Crew,
  records: Pick<Records, 'size' | 'columns'>,
  labels: Labels,
): Promise<Collapsed> {
  const { size, columns } = records;
  if (handsFor(crew, size) === 0) return collapse(records, labels);
  const data = Array.from(columns, ([name, column]): [string, ColumnData] => [name, column.data()]);
  const [{ profiles, ...made }] = (await crew.give('collapse', [{ size, columns: data, labels }])) as [CollapsedPart];
  return { ...made, profiles: Profiles.from(profiles) };
}

type CollapsedPart = Omit<Collapsed, 'profiles'> & { profiles: ProfilesData };

/** A hand's part, which is all of it. */
export function collapsePart({ size, columns, labels }: CollapsePart): CollapsedPart {
  const read = columns.map(([name, column]): [string, Column] => [name, Column.from(column)]);
  const { profiles, ...made } = collapse({ size, columns: new Map(read) }, labels);
  return { ...made, profiles: profiles.data() };
}

/** Places of the profiles that stand for several records. */
export function* repeated({ records }: Pick<Collapsed, 'records'>): Generator<number> {
  for (let place = 0; place < records.length; place++) if ((records[place] ?? 0) > 1) yield place;
}

/** What a record says, in 128 bits. */
export function contentHash(columns: readonly string[]): string {
  const all = `concat_ws(chr(31), ${columns.map((column) => `coalesce(${ident(column)}::VARCHAR, chr(30))`).join(', ')})`;
  return `md5_number(${all}) AS content_hash`;
}

/** The same over the changed records' table `clean`, for queries: `content` (what a profile is made of), `member` (rid, profile). */
export const memberSql = [
  `CREATE TABLE labelled AS SELECT rid, ${labelWords} AS words FROM label GROUP BY rid`,
  `CREATE TABLE content AS SELECT content_hash, coalesce(l.words, '') AS words, min(rid) AS profile
FROM clean c LEFT JOIN labelled l USING (rid) GROUP BY ALL`,
  `CREATE TABLE member AS SELECT c.rid, p.profile FROM clean c LEFT JOIN labelled l USING (rid)
JOIN content p ON p.content_hash = c.content_hash AND p.words = coalesce(l.words, '')`,
];
