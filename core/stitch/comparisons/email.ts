import { Column } from '../profiles.ts';
import { oneEditApart } from '../similarity.ts';
import { type Comparison, DIFFER, equalLevels, likeness, MISSING } from './comparison.ts';
import { shares } from './shares.ts';

export const email: Comparison = {
  name: 'email',
  levels: [{ name: 'similar user' }, { name: 'same user, other domain' }],
  equal: { column: 'email', bands: 8 },
  household: false,
  conflict: false,
  grade(context) {
    const [addresses, users] = [context.profiles.column('email'), context.profiles.column('email_user')];
    const equal = equalLevels(this, context);
    const [alike, numbered] = [likeness(users), sameNumbers(users)];
    const shared = shares(context.profiles.column('emails'));
    return (a, b) => {
      const [l, r] = [addresses.code(a), addresses.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r || shared(a, b)) return equal[l] ?? DIFFER;
      const [mine, theirs] = [users.code(a), users.code(b)];
      if (mine < 0 || theirs < 0) return DIFFER;
      if (mine === theirs) return 3;
      return numbered(mine, theirs) && alike(mine, theirs) >= 0.9 ? 2 : DIFFER;
    };
  },
};

/** Numbers tell people of one name apart: jo.smith73 is not jo.smith12, while a digit may be mistyped. */
function sameNumbers(users: Column): (a: number, b: number) => boolean {
  const numbers = new Column(
    Int32Array.from({ length: users.dictionary.size }, (_, code) => code),
    users.dictionary,
  ).derived((user) => `#${user.replaceAll(/[A-Z]+/g, '')}`);
  const [mine, theirs] = [numbers.spans(), numbers.spans()];
  return (a, b) => {
    const [l, r] = [numbers.code(a), numbers.code(b)];
    return l === r || oneEditApart(mine(l), theirs(r));
  };
}
