import { type Comparison, DIFFER, equalLevels, MISSING } from './comparison.ts';
import { shares } from './shares.ts';
import { equalLetters, oneReplaced, type Span } from './similarity.ts';

export const phone: Comparison = {
  name: 'phone',
  levels: [{ name: 'one digit off, or the same local number' }],
  equal: { column: 'phone', bands: 8 },
  household: true,
  conflict: false,
  grade(context) {
    const phones = context.profiles.column('phone');
    const [equal, shared] = [equalLevels(this, context), shares(context.profiles.column('phones'))];
    const [mine, theirs] = [phones.spans(), phones.spans()];
    return (a, b) => {
      const [l, r] = [phones.code(a), phones.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r || shared(a, b)) return equal[l] ?? DIFFER;
      const [one, other] = [mine(l), theirs(r)];
      if (oneReplaced(one, other)) return 2;
      return equalLetters(local(one), local(other)) ? 2 : DIFFER;
    };
  },
};

const LOCAL = 7;

/** Leaves of a number its last seven digits. */
function local(number: Span): Span {
  number.from = Math.max(number.from, number.to - LOCAL);
  return number;
}
