import { type Tidying, tidyings } from '../../adapters/sql/lake/tidying.ts';
import { openEnvironment } from '../shared/environment.ts';
import { placeOfStep } from '../shared/place.ts';

/** Says what the machine `tidy-tables` has to ask Athena, and where. */
export async function handler(): Promise<{ workgroup: string; tables: Tidying[] }> {
  const place = placeOfStep();
  const { objects } = openEnvironment(place, { folder: '/tmp' });
  return { workgroup: place.workgroup, tables: await tidyings(objects, place) };
}
