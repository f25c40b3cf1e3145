import type { Column } from '../records/columns.ts';
import { type Comparison, type Context, DIFFER, equalLevels, likeness, MISSING } from './comparison.ts';
import { nicknamesMeet } from './nicknames-meet.ts';
import { hasWords, jaroWinkler } from './similarity.ts';

const givenLevels = [
  { name: 'alike' },
  { name: 'initial', cut: true },
  { name: 'near' },
  { name: 'nickname' },
  { name: 'very near' },
  { name: 'swapped with surname', apart: true },
];

export const givenName: Comparison = {
  name: 'given_name',
  levels: givenLevels,
  equal: { column: 'given_name', bands: 22 },
  household: false,
  conflict: true,
  grade(context) {
    const given = context.profiles.column('given_name');
    const [equal, alike, nickname] = [equalLevels(this, context), likeness(given, 0.8), nicknamesMeet(given, context)];
    const [swapped, initials] = [swap(context), initialsOf(given)];
    return (a, b) => {
      const [l, r] = [given.code(a), given.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r) return equal[l] ?? DIFFER;
      if (swapped(a, b)) return 7;
      const likeness = alike(l, r);
      if (likeness >= 0.94) return 6;
      if (nickname(l, r)) return 5;
      if (likeness >= 0.88) return 4;
      if (initials(l, r)) return 3;
      return likeness >= 0.8 ? 2 : DIFFER;
    };
  },
};

export const surname: Comparison = {
  name: 'surname',
  levels: [{ name: 'alike' }, { name: 'part of the other' }, { name: 'near' }, { name: 'very near' }],
  equal: { column: 'surname', bands: 22 },
  household: true,
  conflict: false,
  grade(context) {
    const family = context.profiles.column('surname');
    const [equal, alike, swapped, part] = [
      equalLevels(this, context),
      likeness(family, 0.8),
      swap(context),
      partOf(family),
    ];
    return (a, b) => {
      const [l, r] = [family.code(a), family.code(b)];
      if (l < 0 || r < 0 || swapped(a, b)) return MISSING;
      if (l === r) return equal[l] ?? DIFFER;
      const likeness = alike(l, r);
      if (likeness >= 0.94) return 5;
      if (likeness >= 0.88) return 4;
      if (part(l, r)) return 3;
      return likeness >= 0.8 ? 2 : DIFFER;
    };
  },
};

const SPACE = 32;

/** One of two names is the first letter of the other, with or without that of a second name: `M` and `M N` of `MARY`. */
function initialsOf(given: Column): (a: number, b: number) => boolean {
  const { letters, starts } = given.dictionary.letters();
  const isInitial = (code: number) => {
    const [from, to] = [starts[code] ?? 0, starts[code + 1] ?? 0];
    return to - from === 1 || letters[from + 1] === SPACE;
  };
  return (a, b) => letters[starts[a] ?? 0] === letters[starts[b] ?? 0] && (isInitial(a) || isInitial(b));
}

/** One surname begins or ends with the other, as whole words. */
function partOf(family: Column): (a: number, b: number) => boolean {
  const [mine, theirs] = [family.spans(), family.spans()];
  return (a, b) => hasWords(mine(a), theirs(b)) || hasWords(theirs(b), mine(a));
}

/** Given name and surname changed over; one of the two may be misspelt besides. */
function swap({ profiles }: Context): (a: number, b: number) => boolean {
  const [given, family] = [profiles.column('given_name'), profiles.column('surname')];
  const asFamily = given.dictionary.codesIn(family.dictionary);
  const [name, surname] = [given.spans(), family.spans()];
  const crossed = (a: number, b: number) => jaroWinkler(name(given.code(a)), surname(family.code(b))) >= 0.88;
  return (a, b) => {
    const [l, r] = [given.code(a), given.code(b)];
    const [lf, rf] = [family.code(a), family.code(b)];
    if (l === r || l < 0 || r < 0 || lf < 0 || rf < 0) return false;
    const [mine, theirs] = [asFamily[l] === rf, asFamily[r] === lf];
    if (!(mine || theirs) || asFamily[l] === lf) return false;
    return (mine && (theirs || crossed(b, a))) || (theirs && crossed(a, b));
  };
}
