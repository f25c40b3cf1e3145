import type { ColumnProfile, DiscoveredFeed } from '../contracts/discover.ts';
import type { FeedField } from '../contracts/sources.ts';
import { InvalidInput } from '../errors.ts';
import { columnOf } from '../feeds/columns.ts';
import { conversion } from '../feeds/conversions.ts';
import type { Measured } from '../feeds/discovery/propose.ts';
import { columnOfTag, nearestTag, tagRule } from '../semantics/registry.ts';
import { ident, text } from '../sql/quote.ts';

/** What a person says of files that are to be resolved; all else is found out. */
export interface ResolveWishes {
  /** The field that names a record. */
  key?: string;
  /** The field that tells which source a record is from. */
  source?: string;
  /** By field; `none` leaves it out. */
  tags: ReadonlyMap<string, string>;
}

/** What is made of one field of a file. */
export interface FieldUse {
  field: string;
  /** A tag, or `key`, `source`, `none`. */
  use: string;
  because: string;
}

/** How the rows of one file become records for Stitch. */
export interface AnyRecords {
  uses: FieldUse[];
  /** The field that names a record, should its values do so. */
  key: string | undefined;
  /** True when a person chose it. */
  keyGiven: boolean;
  /** The field that tells a record's source. */
  sourceField: string | undefined;
  /** SQL over a row of the file. */
  source: string;
  /** SQL over the table `file` of its rows as text. */
  rows: string;
  /** By column of the records. */
  columns: { name: string; sql: string }[];
  /** Columns that count though nobody knows what they are, the most telling first, and those whose meaning is known: by column of the records. */
  guesses: string[];
  known: string[];
}

const SOURCE_NAMES = /^(data_?)?(source|system)(_?(name|system|id))?$|^dataset$/;
/** A source that few records are from is rather something about a person. */
const MOST_SOURCES = 50;
/** Tags of the profile that Stitch compares, beside those with a prefix. */
const COMPARED =
  /^(given-name|surname|full-name|generational-suffix|address|address2|city|state|postal|birthdate|gender|company|loyalty-id|email|phone)(-[a-z0-9-]+)?$|^(fk|sk|bk|evidence)-/;

/** Decides for each field of a discovered file what it is to Stitch: a person's wish first, then its tag, else evidence. */
export function anyRecords(found: DiscoveredFeed, said: ResolveWishes, parts: ReadonlySet<string>): AnyRecords {
  const profiles = new Map(found.columns.map((profile) => [profile.column, profile]));
  const wishes = wishesOf(found, said);
  const key = wishes.key ?? unique(found);
  const source = wishes.source ?? sourceAmong(found.columns);
  const hasGender = found.feed.fields.some(({ semantics }) => semantics.includes('gender'));
  const chosen = found.feed.fields.map((field): { field: FeedField; use: FieldUse } => {
    const profile = profiles.get(columnOf(field));
    const use = useOf(field, profile, { key, source, wishes, parts, hasGender, rows: found.rows });
    return { field, use: { field: field.field, ...use } };
  });
  const columns = chosen.flatMap(({ field, use }) =>
    COMPARED.test(use.use) ? [{ name: columnOfTag(use.use), sql: valueSql(field, use.use) }] : [],
  );
  const usesOf = (guessed: boolean) =>
    chosen.filter(({ use }) => COMPARED.test(use.use) && (use.because === GUESSED) === guessed);
  const namesOf = (uses: typeof chosen) => uses.map(({ use }) => columnOfTag(use.use));
  const telling = ({ field }: { field: FeedField }) => information(profiles.get(columnOf(field)));
  return {
    uses: chosen.map(({ use }) => use),
    key,
    keyGiven: wishes.key !== undefined,
    sourceField: source,
    source:
      source === undefined ? text(ONE_SOURCE) : `coalesce(nullif(trim(${ident(source)}), ''), ${text(ONE_SOURCE)})`,
    rows: found.ingest_query ?? 'SELECT * FROM file',
    columns: oncePerColumn(columns),
    guesses: namesOf(usesOf(true).sort((one, other) => telling(other) - telling(one))),
    known: namesOf(usesOf(false)),
  };
}

/** What a column tells at the most, in bits for each value that there could be. */
const information = (profile: ColumnProfile | undefined): number =>
  profile === undefined ? 0 : profile.filled * Math.log2(profile.distinct);

/** Of several files not each has the column that was named. */
function wishesOf({ feed }: DiscoveredFeed, { key, source, tags }: ResolveWishes): ResolveWishes {
  const has = (wanted: string | undefined) => feed.fields.some(({ field }) => field === wanted);
  return { ...(key && has(key) && { key }), ...(source && has(source) && { source }), tags };
}

/** Where parts are often missing one by one, each tells more alone than a whole that few records have. */
export function withWholes(measured: Measured): Measured {
  const filled = (column: string) => measured.columns.find((facts) => facts.column === column)?.filled ?? 0;
  const compositions = measured.compositions.filter(
    ({ of, facts, type }) => type !== 'Date' || of.length === 1 || facts.filled >= WHOLE * Math.min(...of.map(filled)),
  );
  return { ...measured, compositions };
}

const WHOLE = 0.9;

interface Among {
  key: string | undefined;
  source: string | undefined;
  wishes: ResolveWishes;
  /** Columns that others are made of. */
  parts: ReadonlySet<string>;
  hasGender: boolean;
  rows: number;
}

function useOf(
  field: FeedField,
  profile: ColumnProfile | undefined,
  { key, source, wishes, parts, hasGender, rows }: Among,
): Omit<FieldUse, 'field'> {
  const wished = wishes.tags.get(field.field);
  if (wished !== undefined) return { use: checkedTag(field.field, wished), because: 'you said so' };
  if (field.field === key) return { use: 'key', because: wishes.key ? 'you said so' : 'it names each record' };
  if (field.field === source)
    return { use: 'source', because: wishes.source ? 'you said so' : 'it is called so and has few values' };
  if (parts.has(columnOf(field))) return { use: 'none', because: 'it is part of another column' };
  const [tag] = field.semantics;
  const best = profile?.semantics.find((each) => each.tag === tag);
  if (tag !== undefined && COMPARED.test(tag))
    return { use: tag, because: best?.because ?? 'its name and values say so' };
  if (tag === 'title' && !hasGender && profile?.examples.some((title) => GENDERED.test(title)))
    return { use: 'gender', because: 'a title tells the gender, which no other column does' };
  return tag === undefined && profile !== undefined
    ? untagged(field, profile, rows)
    : { use: 'none', because: 'Stitch does not compare it' };
}

/** Any other column is evidence by the frequency of its values, unless it can be none. */
function untagged(
  field: FeedField,
  { column, filled, distinct }: ColumnProfile,
  rows: number,
): Omit<FieldUse, 'field'> {
  const none = (because: string) => ({ use: 'none', because });
  if (filled === 0) return none('it is empty');
  if (distinct <= 1) return none('it has one value');
  if (distinct >= UNIQUE * filled && filled >= UNIQUE * rows) return none('no two rows share its values');
  if (!/^(String|Integer|Date)$/.test(field.type)) return none(`it is a ${field.type}`);
  return { use: `evidence-${column.replaceAll('_', '-')}`, because: GUESSED };
}

/** Of a file that does not tell its sources: not its name, so that a renamed file gives the same ids. */
const ONE_SOURCE = 'records';
const GUESSED = 'no profile tag stands for it';
const UNIQUE = 0.999;

function checkedTag(field: string, tag: string): string {
  if (tag === 'none') return tag;
  if (COMPARED.test(tag) && tagRule(tag) !== undefined) return tag;
  throw new InvalidInput(
    `--tag ${field}=${tag}: ${tag} is no tag that Stitch compares; the nearest is ${nearestTag(tag)}: expected one such as given-name, email, phone, birthdate, evidence-<name>, or none`,
  );
}

/** The column that tells rows apart, when it is one. */
function unique({ primary_keys, feed }: DiscoveredFeed): string | undefined {
  const best = primary_keys.find(({ columns, uniqueness }) => columns.length === 1 && uniqueness >= UNIQUE);
  return feed.fields.find((field) => columnOf(field) === best?.columns[0] && field.semantics.length === 0)?.field;
}

function sourceAmong(columns: readonly ColumnProfile[]): string | undefined {
  return columns.find(
    ({ column, distinct, filled, rows }) =>
      SOURCE_NAMES.test(column) && filled === rows && distinct <= MOST_SOURCES && distinct < rows / 4,
  )?.field;
}

/** Text as it stands, a birth date as a date in whatever way it is written. */
function valueSql(field: FeedField, tag: string): string {
  const raw = ident(field.field);
  if (tag === 'gender' && field.semantics.includes('title')) return genderOfTitle(raw);
  if (!tag.startsWith('birthdate')) return `nullif(trim(${raw}), '')`;
  return conversion({ ...field, type: 'Date' }, `CAST(${raw} AS VARCHAR)`, 'UTC');
}

/** Titles of men and of women, in the languages that have them. */
const TITLES = {
  M: 'mr|mister|mstr|master|herr|hr|monsieur|m|sr|señor|don|sig|signor|sir|lord',
  F: 'mrs|ms|miss|frau|fr|madame|mme|mlle|sra|señora|srta|doña|sig\\.?ra|signora|lady',
};
const GENDERED = new RegExp(`^\\s*(${TITLES.M}|${TITLES.F})\\.?\\s*$`, 'i');

const genderOfTitle = (raw: string): string =>
  `CASE ${Object.entries(TITLES)
    .map(
      ([gender, titles]) => `WHEN regexp_full_match(lower(trim(${raw})), ${text(`(${titles})\\.?`)}) THEN '${gender}'`,
    )
    .join(' ')} END`;

/** Of two fields with one tag the first value counts. */
function oncePerColumn(columns: readonly { name: string; sql: string }[]): { name: string; sql: string }[] {
  const byName = new Map<string, string[]>();
  for (const { name, sql } of columns) byName.set(name, [...(byName.get(name) ?? []), sql]);
  return [...byName].map(([name, sqls]) => ({
    name,
    sql: sqls.length === 1 ? (sqls[0] ?? '') : `coalesce(${sqls.join(', ')})`,
  }));
}
