import type { Column } from '../columns.ts';
import { oneEditApart, type Span } from '../similarity.ts';
import { type Comparison, type Context, DIFFER, equalLevels, likeness, MISSING } from './comparison.ts';
import { shares } from './shares.ts';

export const email: Comparison = {
  name: 'email',
  levels: [{ name: 'same number beside the name' }, { name: 'similar user' }, { name: 'same user, other domain' }],
  equal: { column: 'email', bands: 8 },
  household: false,
  conflict: false,
  grade(context) {
    const [addresses, users] = [context.profiles.column('email'), context.profiles.column('email_user')];
    const equal = equalLevels(this, context);
    const numbers = users.each((user) => user.replaceAll(/\P{N}+/gu, ''));
    const [alike, numbered, named] = [likeness(users), sameNumbers(numbers), spellsName(context, users)];
    const shared = shares(context.profiles.column('emails'));
    return (a, b) => {
      const [l, r] = [addresses.code(a), addresses.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r || shared(a, b)) return equal[l] ?? DIFFER;
      const [mine, theirs] = [users.code(a), users.code(b)];
      if (mine < 0 || theirs < 0) return DIFFER;
      if (named[a] === 1 && named[b] === 1) return beside(numbers.code(mine), numbers.code(theirs));
      if (mine === theirs) return 4;
      return numbered(mine, theirs) && alike(mine, theirs) >= 0.9 ? 3 : DIFFER;
    };
  },
};

/** Two users that spell their names say no more than these do, but for the numbers behind them. */
function beside(mine: number, theirs: number): number {
  if (mine < 0 && theirs < 0) return MISSING;
  return mine === theirs ? 2 : DIFFER;
}

/** Numbers tell people of one name apart: jo.smith73 is not jo.smith12, while a digit of a long one may be mistyped. */
function sameNumbers(numbers: Column): (a: number, b: number) => boolean {
  const [mine, theirs] = [numbers.spans(), numbers.spans()];
  return (a, b) => {
    const [l, r] = [numbers.code(a), numbers.code(b)];
    if (l === r || l < 0 || r < 0) return l === r;
    const [one, other] = [mine(l), theirs(r)];
    return Math.min(one.to - one.from, other.to - other.from) >= LONG_NUMBER && oneEditApart(one, other);
  };
}

const LONG_NUMBER = 4;
/** A name of fewer letters stands in many words. */
const LEAST_NAME = 3;

/** 1 for each profile whose user part holds its own given name or surname. */
function spellsName({ profiles }: Context, users: Column): Uint8Array {
  const user = users.spans();
  const names = ['given_name', 'surname'].map((name) => {
    const column = profiles.column(name);
    return { column, span: column.spans() };
  });
  const found = new Uint8Array(profiles.size);
  for (let profile = 0; profile < found.length; profile++) {
    const mine = users.code(profile);
    if (mine < 0) continue;
    const whole = user(mine);
    for (const { column, span } of names) {
      const name = column.code(profile);
      if (name >= 0 && holds(whole, span(name))) found[profile] = 1;
    }
  }
  return found;
}

function holds(whole: Span, part: Span): boolean {
  const [size, last] = [part.to - part.from, whole.to - (part.to - part.from)];
  if (size < LEAST_NAME) return false;
  for (let start = whole.from; start <= last; start++) {
    let same = 0;
    while (same < size && whole.letters[start + same] === part.letters[part.from + same]) same++;
    if (same === size) return true;
  }
  return false;
}
