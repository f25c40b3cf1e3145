import { oneReplaced } from '../similarity.ts';
import { type Comparison, DIFFER, equalLevels, MISSING } from './comparison.ts';
import { shares } from './shares.ts';

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
    const local = phones.derived((number) => number.slice(-7));
    return (a, b) => {
      const [l, r] = [phones.code(a), phones.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r || shared(a, b)) return equal[l] ?? DIFFER;
      return local.code(a) === local.code(b) || oneReplaced(mine(l), theirs(r)) ? 2 : DIFFER;
    };
  },
};
