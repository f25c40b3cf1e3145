import type { StitchRule } from '../../contracts/stitch-rules.ts';
import { meetingRules } from '../model/own-rules.ts';
import type { Shape } from '../records/shape.ts';
import type { Part, Rule } from './rule.ts';

/** Blocks hold this many records at most (reference §3.5), foreign keys ten times as many. */
const BLOCK_CAP = 100;
const KEY_CAP = 1000;
/** A rule that says little for a match pays in small blocks only. */
const BROAD_CAP = 20;

const given3: Part = { column: 'given_name', letters: 3 };
const surname3: Part = { column: 'surname', letters: 3 };
const whole = (column: string): Part => ({ column });

function rule(name: string, ...parts: Part[]): Rule {
  return { name, parts, cap: BLOCK_CAP };
}

/** So many profiles at most all meet each other: half a million pairs, which take a second. */
export const ALL_MEET = 1000;

/** Every profile meets every other. */
const everyone: Rule = { name: 'everyone', parts: [], cap: Number.MAX_SAFE_INTEGER };

/** The default set of reference §3.5, and rules that reach pairs which it misses (names misspelt from the start, moved people). Of `few` profiles all meet; whom rules of one's `own` join, meet too. */
export function rulesOf(shape: Shape, few: boolean, own: readonly StitchRule[]): Rule[] {
  const has = (...columns: string[]) => columns.every((column) => shape.columns.has(column));
  const person = has('given_name', 'surname') || has('full_name');
  // The street alone: one record may lack the postal code that another has.
  const [born, street] = [whole('dob'), whole('street')];
  const user = whole('email_user');
  const rules: [boolean, Rule][] = [
    [person && has('birthdate'), rule('dnf1', given3, { column: 'surname', letters: 1 }, born)],
    [person && has('postal'), rule('dnf3', given3, surname3, whole('postal'))],
    [person && has('address'), rule('dnf4', given3, street)],
    [person && shape.phones.length > 0, rule('dnf5', given3, whole('phone'))],
    [person && shape.emails.length > 0, rule('dnf6', given3, surname3, user)],
    [person && has('company'), rule('dnf7', given3, whole('company'))],
    [person && has('address'), rule('dnf8', given3, surname3, whole('po_box'))],
    [shape.emails.length > 0, { ...rule('email', whole('email')), ...severalOf('emails', shape.emails) }],
    [shape.phones.length > 0, { ...rule('phone', whole('phone')), ...severalOf('phones', shape.phones) }],
    [shape.emails.length > 0, rule('email-user', user)],
    [true, { ...rule('name', { either: ['given_name', 'surname'] }), cap: BROAD_CAP }],
    [person && has('birthdate'), rule('surname-birthdate', whole('surname'), born)],
    [person && has('birthdate'), rule('given-birthdate', whole('given_name'), born)],
    [
      person && has('birthdate'),
      { ...rule('sound-birthyear', whole('sound'), { column: 'dob', letters: 4 }), cap: BROAD_CAP },
    ],
    [person && has('address'), rule('surname-street', surname3, street)],
    [has('birthdate', 'postal'), rule('birthdate-postal', born, { column: 'postal', letters: 3 })],
  ];
  const telling = [...shape.evidence.slice(0, MOST_EVIDENCE).map(whole), ...known(shape)];
  const together = shape.evidence
    .slice(0, MOST_EVIDENCE)
    .flatMap((column, i) =>
      telling.slice(i + 1).map((other) => rule(`${column} with ${nameOf(other)}`, whole(column), other)),
    );
  const more = (names: string[], cap: number) => names.map((name) => ({ ...rule(name, whole(name)), cap }));
  return [
    ...(few ? [everyone] : []),
    ...rules.filter(([applies]) => applies).map(([, each]) => each),
    ...more(shape.evidence, BLOCK_CAP),
    ...together,
    ...more(shape.blockingKeys, BLOCK_CAP),
    ...more(shape.foreignKeys, KEY_CAP),
    ...meetingRules(own, shape),
  ];
}

/**
 * What a run chooses its rules from: the default set, and keys of one column or of two that may pay where names or dates are
 * often wrong or missing; and what rules of one's `own` need.
 */
export function poolOf(shape: Shape, own: readonly StitchRule[]): Rule[] {
  const has = (...columns: string[]) => columns.every((column) => shape.columns.has(column));
  const person = has('given_name', 'surname') || has('full_name');
  const [given, surname, sound] = [whole('given_name'), whole('surname'), whole('sound')];
  const [born, postal, city] = [whole('dob'), whole('postal'), whole('city')];
  const year: Part = { column: 'dob', letters: 4 };
  const broad = (name: string, ...parts: Part[]) => ({ ...rule(name, ...parts), cap: BROAD_CAP });
  const candidates: [boolean, Rule][] = [
    [has('birthdate'), rule('birthdate', born)],
    [has('address'), rule('address', whole('place'))],
    [has('address'), rule('street', whole('street'))],
    [has('company'), rule('company', whole('company'))],
    [person && has('postal'), rule('surname-postal', surname, postal)],
    [person && has('postal'), rule('given-postal', given, postal)],
    [person && has('postal'), rule('sound-postal', sound, postal)],
    [person && has('city'), rule('surname-city', surname, city)],
    [person && has('city'), rule('given-city', given, city)],
    [has('birthdate', 'city'), rule('birthdate-city', born, city)],
    [person && has('birthdate'), broad('given-birthyear', given, year)],
    [person, broad('sound-given', sound, given3)],
    [person, broad('letters', given3, surname3)],
    [shape.emails.length > 0, broad('user-letters', { column: 'email_user', letters: 5 })],
  ];
  return [...rulesOf(shape, false, own), ...candidates.filter(([applies]) => applies).map(([, each]) => each)];
}

/** Of so many columns of evidence each meets the others and the known columns: two that agree are a key where one alone is too common. */
const MOST_EVIDENCE = 6;

const known = (shape: Shape): Part[] =>
  [
    { column: 'surname', there: shape.columns.has('surname') || shape.columns.has('full_name') },
    { column: 'given_name', there: shape.columns.has('given_name') || shape.columns.has('full_name') },
    { column: 'dob', there: shape.columns.has('birthdate') },
    { column: 'postal', there: shape.columns.has('postal') },
  ].flatMap(({ column, there }) => (there ? [whole(column)] : []));

const nameOf = (part: Part): string => ('column' in part ? part.column : part.either.join(' and '));

/** A list of all values, the first among them. */
const severalOf = (list: string, columns: string[]) => (columns.length > 1 ? { several: list } : {});
