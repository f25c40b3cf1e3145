import type { Column } from '../records/columns.ts';
import { type Comparison, DIFFER, equalLevels, likeness, MISSING } from './comparison.ts';
import { oneEditApart } from './similarity.ts';

/** Two bands of how common a postal code is make one level: where no street is known, a small area says more. */
const AREAS = [7, 6, 5, 4, 3, 2, 1, 0];
const SAME_POSTAL = 5;
const STREET_ALIKE = SAME_POSTAL + AREAS.length;

/** Street, postal code, city and state in one: they are not independent of each other. */
export const address: Comparison = {
  name: 'address',
  levels: [
    { name: 'another street of the area' },
    { name: 'same city' },
    { name: 'postal code near' },
    ...AREAS.map((band) => ({ name: `same postal code${band === 0 ? '' : ` of ${2 ** (2 * band)} or more`}` })),
    { name: 'street alike' },
    { name: 'same street, area unlike or unknown' },
  ],
  equal: { column: 'place', bands: 8 },
  household: true,
  conflict: false,
  grade(context) {
    const { profiles } = context;
    const [street, postal, city, place] = ['street', 'postal', 'city', 'place'].map((name) =>
      profiles.column(name),
    ) as [Column, Column, Column, Column];
    const [equal, alike, bands] = [equalLevels(this, context), likeness(street, 0.9), context.bands('postal')];
    const [mine, theirs] = [postal.spans(), postal.spans()];
    return (a, b) => {
      const [sl, sr, pl, pr] = [street.code(a), street.code(b), postal.code(a), postal.code(b)];
      const [noStreet, noPostal] = [sl < 0 || sr < 0, pl < 0 || pr < 0];
      const noCity = city.code(a) < 0 || city.code(b) < 0;
      if (noStreet && noPostal && noCity) return MISSING;
      if (!noStreet && place.code(a) >= 0 && place.code(a) === place.code(b)) return equal[place.code(a)] ?? DIFFER;
      const [samePostal, sameCity] = [!noPostal && pl === pr, !noCity && city.code(a) === city.code(b)];
      if (noStreet) {
        if (samePostal) return STREET_ALIKE - 1 - Math.min(7, (bands[pl] ?? 0) >> 1);
        if (!noPostal && oneEditApart(mine(pl), theirs(pr))) return 4;
        return sameCity ? 3 : DIFFER;
      }
      if (sl === sr) return STREET_ALIKE + 1;
      const area = samePostal || sameCity;
      if ((area || (noPostal && noCity)) && alike(sl, sr) >= 0.9) return STREET_ALIKE;
      return area ? 2 : DIFFER;
    };
  },
};
