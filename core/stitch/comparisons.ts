import { ident } from '../sql/quote.ts';
import { alike, either, number, oneReplaced, only, plainly, same, unlike, withinOneEdit } from './conditions.ts';
import { nicknameColumns, nicknamesMeet } from './nicknames.ts';
import type { Shape } from './shape.ts';

/** One grade of agreement; `when` is SQL over what is read of the two profiles, `l` and `r`, and the measures `m`. */
export interface Level {
  name: string;
  when: string;
  /** Out of the order of strength; its weight is not held between its neighbours'. */
  apart?: boolean;
  /** Of a value cut short: it says nothing of two clusters where others of their values are whole. */
  cut?: boolean;
}

/**
 * One piece of evidence. Levels are numbered 0 missing, 1 differ, then `levels` from weak to strong, then equality, one
 * level for each band of how common the value is, from common to rare.
 */
export interface Comparison {
  name: string;
  /** What it reads of a profile, as SQL over `gradedSql`: kept ready in table `compared`. */
  reads: Record<string, string>;
  missing: string;
  /** What several levels ask of a pair; those of all comparisons share their names. */
  measures: Record<string, string>;
  levels: Level[];
  equal?: { when: string; column: string; bands: number };
  /** What a household shares: it can't outweigh a conflict about the person. */
  household: boolean;
  /** A difference speaks against one person, however much of the rest agrees. */
  conflict: boolean;
}

/** Given name and surname changed over; one of the two may be misspelt besides. */
const crossed = (given: string, surname: string) =>
  `(${given} AND (${surname.replace('~', '=')} OR jaro_winkler_similarity(${surname.replace(' ~ ', ', ')}) >= 0.88))`;
const swapped = only(
  'l.given_name <> r.given_name AND (l.given_name = r.surname OR l.surname = r.given_name) AND l.given_name <> l.surname',
  `${crossed('l.given_name = r.surname', 'l.surname ~ r.given_name')} OR ${crossed('l.surname = r.given_name', 'l.given_name ~ r.surname')}`,
);

const plain = { measures: {}, levels: [], household: false, conflict: false };

const givenName: Comparison = {
  ...plain,
  name: 'given_name',
  reads: plainly('given_name', 'surname', ...nicknameColumns, 'given_name_band'),
  missing: either('given_name'),
  measures: { given: unlike('given_name', 0.8), swapped },
  levels: [
    { name: 'alike', when: 'm.given >= 0.8' },
    {
      name: 'initial',
      when: 'least(length(l.given_name), length(r.given_name)) = 1 AND left(l.given_name, 1) = left(r.given_name, 1)',
      cut: true,
    },
    { name: 'near', when: 'm.given >= 0.88' },
    { name: 'nickname', when: nicknamesMeet },
    { name: 'very near', when: 'm.given >= 0.94' },
    { name: 'swapped with surname', when: 'm.swapped', apart: true },
  ],
  equal: { when: same('given_name'), column: 'given_name', bands: 22 },
  conflict: true,
};

const surname: Comparison = {
  ...plain,
  name: 'surname',
  reads: plainly('given_name', 'surname', 'surname_band'),
  missing: `${either('surname')} OR coalesce(m.swapped, false)`,
  measures: { family: unlike('surname', 0.8), swapped },
  levels: [
    { name: 'alike', when: 'm.family >= 0.8' },
    {
      name: 'part of the other',
      when: `(contains(l.surname, ' ') OR contains(r.surname, ' ')) AND (starts_with(l.surname, r.surname || ' ')
OR starts_with(r.surname, l.surname || ' ') OR ends_with(l.surname, ' ' || r.surname) OR ends_with(r.surname, ' ' || l.surname))`,
    },
    { name: 'near', when: 'm.family >= 0.88' },
    { name: 'very near', when: 'm.family >= 0.94' },
  ],
  equal: { when: `${same('surname')} AND m.swapped IS DISTINCT FROM true`, column: 'surname', bands: 22 },
  household: true,
};

const part = { year: 'born // 10000', month: 'born // 100 % 100', day: 'born % 100', monthAndDay: 'born % 10000' };
const alikeIn = (mine: string, theirs = mine) => `l.${mine} = r.${theirs}`;

const birthdate: Comparison = {
  ...plain,
  name: 'birthdate',
  reads: {
    ...plainly('dob', 'birthdate', 'birthdate_band'),
    born: 'year(birthdate) * 10000 + month(birthdate) * 100 + day(birthdate)',
  },
  missing: either('born'),
  levels: [
    { name: 'within a year', when: 'abs(l.birthdate - r.birthdate) <= 366' },
    { name: 'within a month', when: 'abs(l.birthdate - r.birthdate) <= 31' },
    {
      name: 'two of year, month and day equal',
      when: `${alikeIn('born // 100')} OR ${alikeIn(part.monthAndDay)} OR (${alikeIn(part.year)} AND ${alikeIn(part.day)})`,
    },
    {
      name: 'one digit off or day and month swapped',
      when: `${oneReplaced('dob')} OR (${alikeIn(part.year)} AND ${alikeIn(part.month, part.day)} AND ${alikeIn(part.day, part.month)})`,
    },
  ],
  equal: { when: same('born'), column: 'birthdate', bands: 12 },
  conflict: true,
};

function email(shape: Shape): Comparison {
  const shared = shape.emails.length > 1 ? ' OR list_has_any(l.emails, r.emails)' : '';
  return {
    ...plain,
    name: 'email',
    reads: {
      ...plainly('email_user', 'email_band', ...(shape.emails.length > 1 ? ['emails'] : [])),
      ...{ email: number('email'), user: number('email_user') },
      email_digits: `regexp_replace(email_user, '[A-Z]+', '', 'g')`,
    },
    missing: either('email'),
    levels: [
      // Numbers tell people of one name apart: jo.smith73 is not jo.smith12, while a digit may be mistyped.
      { name: 'similar user', when: only(withinOneEdit('email_digits'), alike('email_user', 0.9)) },
      { name: 'same user, other domain', when: same('user') },
    ],
    equal: { when: `${same('email')}${shared}`, column: 'email', bands: 8 },
  };
}

function phone(shape: Shape): Comparison {
  const shared = shape.phones.length > 1 ? ' OR list_has_any(l.phones, r.phones)' : '';
  return {
    ...plain,
    name: 'phone',
    reads: {
      ...plainly('phone', 'phone_band', ...(shape.phones.length > 1 ? ['phones'] : [])),
      local: 'right(phone, 7)',
    },
    missing: either('phone'),
    levels: [
      {
        name: 'one digit off, or the same local number',
        when: `${same('local')} OR ${oneReplaced('phone')}`,
      },
    ],
    equal: { when: `${same('phone')}${shared}`, column: 'phone', bands: 8 },
    household: true,
  };
}

const noArea = `(${either('postal')}) AND (${either('city')})`;

/** Street, postal code, city and state in one: they are not independent of each other. */
const address: Comparison = {
  ...plain,
  name: 'address',
  reads: {
    ...plainly('street', 'postal', 'place_band', 'postal_band'),
    ...{ road: number('street'), city: number('city'), place: number('place') },
  },
  missing: `m.no_street AND ${noArea}`,
  measures: {
    no_street: either('road'),
    same_area: `${same('postal')} OR ${same('city')}`,
    same_postal: `(${either('road')}) AND ${same('postal')}`,
  },
  levels: [
    { name: 'another street of the area', when: `NOT m.no_street AND m.same_area` },
    { name: 'same city', when: `m.no_street AND ${same('city')}` },
    { name: 'postal code near', when: only('m.no_street', withinOneEdit('postal')) },
    ...[7, 6, 5, 4, 3, 2, 1, 0].map((band) => ({
      name: `same postal code${band === 0 ? '' : ` of ${2 ** (2 * band)} or more`}`,
      when: `m.same_postal AND l.postal_band >= ${2 * band} AND l.postal_band < ${2 * band + (band === 7 ? 99 : 2)}`,
    })),
    {
      name: 'street alike',
      when: only(`m.same_area OR (${noArea})`, alike('street', 0.9)),
    },
    { name: 'same street, area unlike or unknown', when: same('road') },
  ],
  equal: { when: same('place'), column: 'place', bands: 8 },
  household: true,
};

const company: Comparison = {
  ...plain,
  name: 'company',
  reads: plainly('company', 'company_band'),
  missing: either('company'),
  levels: [{ name: 'near', when: alike('company', 0.9) }],
  equal: { when: same('company'), column: 'company', bands: 12 },
  household: true,
};

const twoWay = (name: string, conflict: boolean): Comparison => ({
  ...plain,
  name,
  reads: { [name]: number(name) },
  missing: either(name),
  levels: [{ name: 'equal', when: same(name) }],
  conflict,
});

function evidence(column: string): Comparison {
  const value = ident(column);
  return {
    ...plain,
    name: column,
    reads: plainly(column, `${column}_band`),
    missing: either(column),
    levels: [
      {
        name: 'one character off',
        when: only(`least(length(l.${value}), length(r.${value})) > 3`, withinOneEdit(column)),
      },
    ],
    equal: { when: same(column), column, bands: 14 },
  };
}

/** Foreign keys bind and separation keys part, by the rules of the settings; they carry no weight. */
function keys(shape: Shape): Comparison {
  const foreign = shape.foreignKeys.map(same).join(' OR ') || 'false';
  const apart = shape.separationKeys.map(separated).join(' OR ') || 'false';
  return {
    ...plain,
    name: 'keys',
    reads: {
      ...plainly(...shape.separationKeys, ...nicknameColumns),
      ...Object.fromEntries(shape.foreignKeys.map((column) => [column, number(column)])),
    },
    missing: `NOT coalesce(${foreign}, false) AND NOT coalesce(${apart}, false)`,
    levels: [
      { name: 'foreign key equal', when: foreign },
      { name: 'foreign key equal, separation key differs', when: `(${foreign}) AND (${apart})` },
    ],
  };
}

/** Nicknames, and day and month changed over, are no conflict of a separation key. */
function separated(column: string): string {
  const [l, r] = [`l.${ident(column)}`, `r.${ident(column)}`];
  const tolerated = column.includes('given_name')
    ? ` AND NOT coalesce(${nicknamesMeet}, false)`
    : column.includes('birth')
      ? ` AND ${l} <> left(${r}, 4) || '-' || right(${r}, 2) || '-' || substr(${r}, 6, 2)`
      : '';
  return `(${l} <> ${r}${tolerated})`;
}

/** What speaks for or against two profiles being one person, given the columns that a run has. */
export function comparisonsOf(shape: Shape): Comparison[] {
  const has = (...columns: string[]) => columns.some((column) => shape.columns.has(column));
  const named = has('full_name');
  return [
    ...(has('given_name') || named ? [givenName] : []),
    ...(has('surname') || named ? [surname] : []),
    ...(has('birthdate') ? [birthdate] : []),
    ...(shape.emails.length > 0 ? [email(shape)] : []),
    ...(shape.phones.length > 0 ? [phone(shape)] : []),
    ...(has('address', 'postal', 'city', 'address2') ? [address] : []),
    ...(has('company') ? [company] : []),
    ...(has('gender') ? [twoWay('gender', false)] : []),
    ...(has('generational_suffix', 'surname', 'full_name') ? [twoWay('generational_suffix', true)] : []),
    ...shape.evidence.map(evidence),
    ...(shape.foreignKeys.length + shape.separationKeys.length > 0 ? [keys(shape)] : []),
  ];
}

export const MISSING = 0;
export const DIFFER = 1;
/** How many levels a comparison has. */
export const levelCount = (comparison: Comparison) => 2 + comparison.levels.length + (comparison.equal?.bands ?? 0);
/** The level of equality on a value of a band. */
export function equalLevel(comparison: Comparison, band: number): number {
  const bands = comparison.equal?.bands ?? 0;
  return 1 + comparison.levels.length + bands - Math.min(band, bands - 1);
}
