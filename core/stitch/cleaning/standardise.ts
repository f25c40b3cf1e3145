import type { StitchSettings } from '../../contracts/customer360.ts';
import { type Crew, dealt, handsFor } from '../crew.ts';
import { Column, type ColumnData, combined, firstOf, textOf } from '../records/columns.ts';
import { profileColumns, type Shape } from '../records/shape.ts';
import {
  address,
  code,
  company,
  email,
  gender,
  nameParts,
  phone,
  poBox,
  postal,
  soundex,
  suffix,
  suffixOf,
  withoutSuffix,
  words,
} from './standard-values.ts';

/** Records column by column, in the order of their source and key. */
export interface Records {
  size: number;
  datasource: Column;
  columns: ReadonlyMap<string, Column>;
}

/** What is published and compared of a record, beside its source and key. */
export const standardColumns = (shape: Shape): string[] => [...profileColumns(shape), 'sound'];

/** What the standard columns come in, each made of other tagged columns than the others: the costliest first. */
const makers = { streets, contacts, areas, names, others };
type Maker = keyof typeof makers;

/** What hands standardise of tagged records. */
interface StandardisePart {
  makers: readonly Maker[];
  tagged: { size: number; columns: [string, ColumnData][] };
  shape: Shape;
  settings: StitchSettings;
}

/** Every tagged value in the one form that it is compared in; each distinct value is looked at once. */
export async function standardise(
  crew: Crew,
  { size, datasource, columns: tagged }: Records,
  shape: Shape,
  settings: StitchSettings,
): Promise<Records> {
  const [mine, ...others] = makersFor(crew, size);
  const columns = () => [...tagged].map(([name, column]): [string, ColumnData] => [name, column.data()]);
  const given = crew.give(
    'standardise',
    others.map((each) => ({ makers: each, tagged: { size, columns: columns() }, shape, settings })),
  );
  const made = new Map(makersOf(mine, rawOf(tagged, size), shape, settings));
  for (const part of await given) for (const [name, column] of part) made.set(name, Column.from(column));
  const wanted = standardColumns(shape).map((name): [string, Column] => [name, made.get(name) ?? Column.empty(size)]);
  return { size, datasource, columns: new Map(wanted) };
}

/** The costliest for this thread, the others in turn for the hands. */
function makersFor(crew: Crew, size: number): [Maker[], ...Maker[][]] {
  const [first, ...rest] = Object.keys(makers) as [Maker, ...Maker[]];
  const hands = handsFor(crew, size);
  if (hands === 0) return [[first, ...rest]];
  return [[first], ...dealt(rest, Math.min(hands, rest.length))];
}

/** A hand's part. */
export function standardisePart({ makers: mine, tagged, shape, settings }: StandardisePart): [string, ColumnData][] {
  const columns = new Map(tagged.columns.map(([name, column]) => [name, Column.from(column)]));
  const made = makersOf(mine, rawOf(columns, tagged.size), shape, settings);
  return made.map(([name, column]) => [name, column.data()]);
}

const makersOf = (mine: readonly Maker[], raw: Raw, shape: Shape, settings: StitchSettings): [string, Column][] =>
  mine.flatMap((maker) => makers[maker](raw, shape, settings));

const rawOf =
  (tagged: ReadonlyMap<string, Column>, size: number): Raw =>
  (name) =>
    tagged.get(name) ?? Column.empty(size);

type Raw = (name: string) => Column;

function names(raw: Raw): [string, Column][] {
  const [given, family] = [raw('given_name').derived(words), raw('surname').derived(words)];
  const full = raw('full_name');
  const part = (of: 'given' | 'surname' | 'suffix') => full.derived((name) => nameParts(name)[of]);
  const surname = firstOf([family.derived(withoutSuffix), part('surname')]);
  return [
    ['given_name', firstOf([given.derived(withoutSuffix), part('given')])],
    ['surname', surname],
    ['sound', surname.derived(soundex)],
    [
      'generational_suffix',
      firstOf([
        raw('generational_suffix').derived(suffix),
        family.derived(suffixOf),
        given.derived(suffixOf),
        part('suffix'),
      ]),
    ],
  ];
}

function contacts(raw: Raw, { emails, phones }: Shape): [string, Column][] {
  const of = (one: string, all: string, columns: readonly string[], form: typeof email): [string, Column][] => {
    const values = columns.map((name) => raw(name).derived(form));
    if (values.length === 0) return [];
    return [
      [one, firstOf(values)],
      ...(values.length > 1 ? [[all, combined(values, listed)] as [string, Column]] : []),
    ];
  };
  return [...of('email', 'emails', emails, email), ...of('phone', 'phones', phones, phone)];
}

/** Distinct values in their order, as one text. */
function listed(values: readonly (string | undefined)[]): string | undefined {
  const distinct = new Set(values.filter((value) => value !== undefined));
  return textOf([...distinct].sort());
}

function others(raw: Raw, shape: Shape, settings: StitchSettings): [string, Column][] {
  const asWritten = (name: string) => settings.case_sensitive_fks.includes(name);
  const named = [...shape.foreignKeys, ...shape.separationKeys, ...shape.blockingKeys, ...shape.evidence];
  return [
    ['birthdate', raw('birthdate')],
    ['gender', raw('gender').derived(gender)],
    ['company', raw('company').derived(company)],
    ...named.map((name): [string, Column] => [
      name,
      raw(name).derived(asWritten(name) ? (value) => value.trim() : code),
    ]),
  ];
}

function streets(raw: Raw): [string, Column][] {
  const [street, unit] = [raw('address').derived(address), raw('address2').derived(address)];
  const whole = unit.isEmpty ? street : combined([street, unit], (parts) => parts.filter(Boolean).join(' '));
  return [
    ['street', street],
    ['address', whole],
    ['po_box', whole.derived(poBox)],
  ];
}

function areas(raw: Raw): [string, Column][] {
  return [
    ['city', raw('city').derived(words)],
    ['state', raw('state').derived(words)],
    ['postal', raw('postal').derived(postal)],
  ];
}
