import { ident } from '../../../core/sql/quote.ts';
import { standardColumns } from '../../../core/stitch/cleaning/standardise.ts';
import type { ProfilesAt } from '../../../core/stitch/distributed/dividing.ts';
import type { Shape } from '../../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';
import { appendIntegers } from '../integers.ts';
import { readProfiles } from './column-files.ts';

/** Reads the texts of profiles from the view `part`, once for all groups; `ids` are the first records of all profiles. */
export const profilesIn = (session: DuckDbSession, shape: Shape, ids: Int32Array): ProfilesAt =>
  async function* (groups) {
    if (groups.length === 0) return;
    await session.run(
      'stitch: wanted',
      'CREATE OR REPLACE TABLE wanted (group_number INTEGER, id INTEGER, rid INTEGER)',
    );
    for (const [number, places] of groups.entries()) {
      const rids = places.map((place) => ids[place] ?? 0);
      await appendIntegers(session, 'wanted', [places.map(() => number), places, rids]);
    }
    const columns = standardColumns(shape).map((name) => `p.${ident(name)}`);
    await session.run(
      'stitch: wanted profiles',
      `CREATE OR REPLACE TABLE found AS SELECT w.group_number, w.id, ${columns.join(', ')}
FROM wanted w JOIN part p ON p.rid = w.rid ORDER BY w.group_number`,
    );
    for (const number of groups.keys())
      yield await readProfiles(
        session,
        `(SELECT * EXCLUDE (group_number) FROM found WHERE group_number = ${number})`,
        shape,
      );
  };
