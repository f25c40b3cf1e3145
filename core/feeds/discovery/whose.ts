import { SOMEBODY_ELSE, spelledOut } from './tag-names.ts';

/** Who works for the person, whom a whole book of clients shares, beside those whom `SOMEBODY_ELSE` names. */
const WORKS_FOR_THEM =
  /(^|_)(rep|broker|advis[eo]r|attorney|lawyer|solicitor|recruiter|interviewer|landlord|employer|adjuster|case_?worker|nok|gp|(account|contact|record|lead|deal|case)_owner)(_|$)/;
/** Where the person does not live. */
const NO_HOME =
  /(^|_)(store|branch|hospital|clinic|practice|facility|agency|venue|dealer|ip)_|(^|_)birth_(city|town|place|state|province|country|zip|postcode)/;
const CHILD = /^(child(ren)?|kid|baby|infant|minor)_/;

/** How far a field is from whom a record is of: 0 their own, 1 of a child, whom a form is about that asks for parents, 2 of others. */
export function distanceOf(column: string): number {
  const name = spelledOut(column);
  if (CHILD.test(name)) return 1;
  return SOMEBODY_ELSE.test(name) || WORKS_FOR_THEM.test(name) || NO_HOME.test(name) ? 2 : 0;
}
