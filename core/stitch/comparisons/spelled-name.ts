import type { Column } from '../profiles.ts';
import type { Span } from '../similarity.ts';
import { type Comparison, DIFFER, MISSING } from './comparison.ts';

/** A name of fewer letters stands in many words. */
const LEAST_NAME = 3;

/** How many hold a surname: a common one is spelled by many. */
const KINDS = ['common', 'less common', 'rare'] as const;
const kindOf = (band: number): number => (band >= 5 ? 0 : band >= 2 ? 1 : 2);

/**
 * The name that an e-mail's user part spells, against the name of a record that has one: `christinablanchard73` and Tina
 * Blanchard. It counts where one of the two has no name of its own.
 */
export const spelledName: Comparison = {
  name: 'spelled_name',
  levels: [
    { name: 'given name spelled' },
    { name: 'surname spelled' },
    ...KINDS.map((kind) => ({ name: `initial and ${kind} surname spelled` })),
    ...KINDS.map((kind) => ({ name: `given name and ${kind} surname spelled` })),
  ],
  household: false,
  conflict: false,
  grade({ profiles, bands }) {
    const users = profiles.column('email_user');
    const [given, family] = [profiles.column('given_name'), profiles.column('surname')];
    const spelled = spelling(users, given, family, bands('surname'));
    const nameless = (profile: number) => given.code(profile) < 0 && family.code(profile) < 0;
    return (a, b) => {
      const [one, other] = [nameless(a), nameless(b)];
      if (one === other) return MISSING;
      return one ? spelled(a, b) : spelled(b, a);
    };
  },
};

/** The level of the user part of one profile against the name of another. */
function spelling(
  users: Column,
  given: Column,
  family: Column,
  bands: Uint8Array,
): (nameless: number, named: number) => number {
  const [user, name, surname] = [users.spans(), given.spans(), family.spans()];
  return (nameless, named) => {
    const [mine, first, last] = [users.code(nameless), given.code(named), family.code(named)];
    if (mine < 0 || last < 0) return MISSING;
    const whole = user(mine);
    const at = placeOf(whole, surname(last));
    const spellsGiven = first >= 0 && placeOf(whole, name(first)) >= 0;
    if (at < 0) return spellsGiven ? 2 : DIFFER;
    const kind = kindOf(bands[last] ?? 0);
    if (spellsGiven) return 4 + KINDS.length + kind;
    return first >= 0 && besideInitial(whole, at, surname(last), name(first)) ? 4 + kind : 3;
  };
}

/** Where a text of some length stands in another, -1 where it doesn't. */
export function placeOf(whole: Span, part: Span): number {
  const [size, last] = [part.to - part.from, whole.to - (part.to - part.from)];
  if (size < LEAST_NAME) return -1;
  for (let start = whole.from; start <= last; start++) {
    let same = 0;
    while (same < size && whole.letters[start + same] === part.letters[part.from + same]) same++;
    if (same === size) return start;
  }
  return -1;
}

/** The letter before the surname, when nothing else is, or behind it is the given name's first. */
function besideInitial(whole: Span, at: number, surname: Span, given: Span): boolean {
  const initial = given.letters[given.from];
  const before = at === whole.from + 1 && whole.letters[whole.from] === initial;
  return before || (at === whole.from && whole.letters[at + surname.to - surname.from] === initial);
}
