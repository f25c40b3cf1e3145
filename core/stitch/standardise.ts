import type { StitchSettings } from '../contracts/customer360.ts';
import { Column, combined, firstOf, textOf } from './columns.ts';
import { profileColumns, type Shape } from './shape.ts';
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

/** Every tagged value in the one form that it is compared in; each distinct value is looked at once. */
export function standardise(tagged: Records, shape: Shape, settings: StitchSettings): Records {
  const { size } = tagged;
  const raw = (name: string) => tagged.columns.get(name) ?? Column.empty(size);
  const columns = new Map<string, Column>([
    ...names(raw),
    ...contacts(raw, shape),
    ...addresses(raw),
    ['birthdate', raw('birthdate')],
    ['gender', raw('gender').derived(gender)],
    ['company', raw('company').derived(company)],
  ]);
  for (const name of [...shape.foreignKeys, ...shape.separationKeys, ...shape.blockingKeys, ...shape.evidence]) {
    const asWritten = settings.case_sensitive_fks.includes(name);
    columns.set(name, raw(name).derived(asWritten ? (value) => value.trim() : code));
  }
  const wanted = standardColumns(shape).map((name): [string, Column] => [
    name,
    columns.get(name) ?? Column.empty(size),
  ]);
  return { size, datasource: tagged.datasource, columns: new Map(wanted) };
}

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

function addresses(raw: Raw): [string, Column][] {
  const [street, unit] = [raw('address').derived(address), raw('address2').derived(address)];
  const whole = unit.isEmpty ? street : combined([street, unit], (parts) => parts.filter(Boolean).join(' '));
  return [
    ['street', street],
    ['address', whole],
    ['po_box', whole.derived(poBox)],
    ['city', raw('city').derived(words)],
    ['state', raw('state').derived(words)],
    ['postal', raw('postal').derived(postal)],
  ];
}
