import type { StitchRule } from '../../contracts/stitch-rules.ts';
import type { Shape } from '../records/shape.ts';
import { address } from './address.ts';
import { birthdate } from './birthdate.ts';
import type { Comparison } from './comparison.ts';
import { email } from './email.ts';
import { keys } from './keys.ts';
import { givenName, surname } from './names.ts';
import { ownRules } from './own-rules.ts';
import { phone } from './phone.ts';
import { company, evidence, twoWay } from './values.ts';

/** What speaks for or against two profiles being one person, given the columns that a run has and rules of one's own. */
export function comparisonsOf(shape: Shape, rules: readonly StitchRule[] = []): Comparison[] {
  const has = (...columns: string[]) => columns.some((column) => shape.columns.has(column));
  const named = has('full_name');
  return [
    ...(has('given_name') || named ? [givenName] : []),
    ...(has('surname') || named ? [surname] : []),
    ...(has('birthdate') ? [birthdate] : []),
    ...(shape.emails.length > 0 ? [email] : []),
    ...(shape.phones.length > 0 ? [phone] : []),
    ...(has('address', 'postal', 'city', 'address2') ? [address] : []),
    ...(has('company') ? [company] : []),
    ...(has('gender') ? [twoWay('gender', false)] : []),
    ...(has('generational_suffix', 'surname', 'full_name') ? [twoWay('generational_suffix', true)] : []),
    ...shape.evidence.map(evidence),
    ...(shape.foreignKeys.length + shape.separationKeys.length > 0 ? [keys(shape)] : []),
    // Last: a model that knows none of them weighs the others by their places.
    ...(rules.length > 0 ? [ownRules(rules)] : []),
  ];
}
