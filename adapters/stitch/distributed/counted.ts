import { text } from '../../../core/sql/quote.ts';
import type { Profiles } from '../../../core/stitch/profiles.ts';
import type { Shape } from '../../../core/stitch/shape.ts';
import type { Frozen } from '../../../core/stitch/state.ts';
import { countedColumns } from '../../../core/stitch/values.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';

/** Files of what was counted over all records: values that four profiles or more hold, and oversized blocks. */
export interface CountedFiles {
  values: string;
  blocks: string;
}

/** All of it. */
export const readAllCounted = async (session: DuckDbSession, { values, blocks }: CountedFiles): Promise<Frozen> => ({
  values: await session.rows('stitch: common values', `${valueSql(values)}`),
  blocks: await readBlocks(session, blocks),
});

/** Of the common values those alone that some profiles hold: there may be many more than a function has room for. */
export async function readCounted(
  session: DuckDbSession,
  { values, blocks }: CountedFiles,
  profiles: Profiles,
  shape: Shape,
): Promise<Frozen> {
  const held = countedColumns(shape).map((name) => [name, profiles.column(name).dictionary] as const);
  const found: Frozen['values'] = [];
  for (const [name, dictionary] of held) {
    const common = await session.rows<Frozen['values'][number]>(
      'stitch: common values',
      `${valueSql(values)} WHERE semantic = ${text(name)}`,
    );
    for (const each of common) if (dictionary.find(each.value) >= 0) found.push(each);
  }
  return { values: found, blocks: await readBlocks(session, blocks) };
}

const valueSql = (path: string) => `SELECT semantic, value, n::INTEGER AS n FROM read_parquet(${text(path)})`;

/** Keys are signed in tables. */
async function readBlocks(session: DuckDbSession, path: string): Promise<Frozen['blocks']> {
  const rows = await session.rows<Frozen['blocks'][number]>(
    'stitch: oversized blocks',
    `SELECT depth::INTEGER AS depth, rule::INTEGER AS rule, key::INTEGER AS key, n::INTEGER AS n FROM read_parquet(${text(path)})`,
  );
  return rows.map((row) => ({ ...row, key: row.key >>> 0 }));
}
