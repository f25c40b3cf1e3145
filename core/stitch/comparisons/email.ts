import type { Column } from '../records/columns.ts';
import { type Comparison, type Context, DIFFER, equalLevels, likeness, MISSING } from './comparison.ts';
import { shares } from './shares.ts';
import { equalLetters, oneEditApart, type Span } from './similarity.ts';

export const email: Comparison = {
  name: 'email',
  levels: [{ name: 'same number beside the name' }, { name: 'similar user' }, { name: 'same user, other domain' }],
  equal: { column: 'email', bands: 8 },
  household: false,
  conflict: false,
  grade(context) {
    const [addresses, users] = [context.profiles.column('email'), context.profiles.column('email_user')];
    const equal = equalLevels(this, context);
    const [one, other] = [numbersOf(users), numbersOf(users)];
    const [alike, named] = [likeness(users, 0.9), spellsName(context, users)];
    const shared = shares(context.profiles.column('emails'));
    return (a, b) => {
      const [l, r] = [addresses.code(a), addresses.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r || shared(a, b)) return equal[l] ?? DIFFER;
      const [mine, theirs] = [users.code(a), users.code(b)];
      if (mine < 0 || theirs < 0) return DIFFER;
      if (named(a) && named(b)) return beside(one(mine), other(theirs));
      if (mine === theirs) return 4;
      return sameNumbers(one(mine), other(theirs)) && alike(mine, theirs) >= 0.9 ? 3 : DIFFER;
    };
  },
};

/** Two users that spell their names say no more than these do, but for the numbers behind them. */
function beside(mine: Span, theirs: Span): number {
  if (mine.to === 0 && theirs.to === 0) return MISSING;
  return equalLetters(mine, theirs) ? 2 : DIFFER;
}

/** Numbers tell people of one name apart: jo.smith73 is not jo.smith12, while a digit of a long one may be mistyped. */
function sameNumbers(mine: Span, theirs: Span): boolean {
  return equalLetters(mine, theirs) || (Math.min(mine.to, theirs.to) >= LONG_NUMBER && oneEditApart(mine, theirs));
}

/** Finds the numbers in a text, all as one. It gives one span, written over each time. */
function numbersOf(users: Column): (code: number) => Span {
  const user = users.spans();
  const span: Span = { letters: new Uint16Array(64), from: 0, to: 0 };
  return (code) => {
    const { letters, from, to } = user(code);
    if (span.letters.length < to - from) span.letters = new Uint16Array(to - from);
    span.to = 0;
    for (let i = from; i < to; i++) {
      const letter = letters[i] ?? 0;
      if (isNumber(letter)) span.letters[span.to++] = letter;
    }
    return span;
  };
}

const isNumber = (letter: number): boolean =>
  letter < 128 ? letter >= 48 && letter <= 57 : /\p{N}/u.test(String.fromCharCode(letter));

const LONG_NUMBER = 4;
/** A name of fewer letters stands in many words. */
const LEAST_NAME = 3;

const [UNKNOWN, NO, YES] = [0, 1, 2];

/** Whether the user part of a profile holds its own given name or surname: found out once, when it is first asked. */
function spellsName({ profiles }: Context, users: Column): (profile: number) => boolean {
  const user = users.spans();
  const names = ['given_name', 'surname'].map((name) => {
    const column = profiles.column(name);
    return { column, span: column.spans() };
  });
  const spells = (profile: number): boolean => {
    const mine = users.code(profile);
    if (mine < 0) return false;
    const whole = user(mine);
    return names.some(({ column, span }) => {
      const name = column.code(profile);
      return name >= 0 && holds(whole, span(name));
    });
  };
  const known = new Uint8Array(profiles.size);
  return (profile) => {
    if (known[profile] === UNKNOWN) known[profile] = spells(profile) ? YES : NO;
    return known[profile] === YES;
  };
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
