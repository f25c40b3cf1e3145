import { type Comparison, DIFFER, equalLevels, likeness, MISSING } from './comparison.ts';
import { oneEditApart } from './similarity.ts';

export const company: Comparison = {
  name: 'company',
  levels: [{ name: 'near' }],
  equal: { column: 'company', bands: 12 },
  household: true,
  conflict: false,
  grade(context) {
    const names = context.profiles.column('company');
    const [equal, alike] = [equalLevels(this, context), likeness(names, 0.9)];
    return (a, b) => {
      const [l, r] = [names.code(a), names.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r) return equal[l] ?? DIFFER;
      return alike(l, r) >= 0.9 ? 2 : DIFFER;
    };
  },
};

/** A value that is equal or not, of which there are few. */
export const twoWay = (name: string, conflict: boolean): Comparison => ({
  name,
  levels: [{ name: 'equal' }],
  household: false,
  conflict,
  grade({ profiles }) {
    const values = profiles.column(name);
    return (a, b) => {
      const [l, r] = [values.code(a), values.code(b)];
      if (l < 0 || r < 0) return MISSING;
      return l === r ? 2 : DIFFER;
    };
  },
});

/** Any other column, by the frequency of its values. */
export const evidence = (column: string): Comparison => ({
  name: column,
  levels: [{ name: 'near' }, { name: 'one character off' }],
  equal: { column, bands: 14 },
  household: false,
  conflict: false,
  grade(context) {
    const values = context.profiles.column(column);
    const [equal, alike] = [equalLevels(this, context), likeness(values, 0.88)];
    const [mine, theirs] = [values.spans(), values.spans()];
    return (a, b) => {
      const [l, r] = [values.code(a), values.code(b)];
      if (l < 0 || r < 0) return MISSING;
      if (l === r) return equal[l] ?? DIFFER;
      const [one, other] = [mine(l), theirs(r)];
      const long = Math.min(one.to - one.from, other.to - other.from) > 3;
      if (!long) return DIFFER;
      if (oneEditApart(one, other)) return 3;
      return alike(l, r) >= 0.88 ? 2 : DIFFER;
    };
  },
});
