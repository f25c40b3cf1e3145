import { text } from '../../../core/sql/quote.ts';
import type { Frozen } from '../../../core/stitch/model/state.ts';
import type { FrozenFiles } from '../../../core/stitch/port.ts';
import type { Profiles } from '../../../core/stitch/records/profiles.ts';
import type { Shape } from '../../../core/stitch/records/shape.ts';
import { countedColumns } from '../../../core/stitch/records/values.ts';
import type { DuckDbSession } from '../../sql/duckdb/session.ts';

/** All that was counted. */
export const readFrozenFiles = async (session: DuckDbSession, { values, blocks }: FrozenFiles): Promise<Frozen> => ({
  values: await session.rows('stitch: common values', valueSql(values)),
  blocks: await readBlocks(session, blocks),
});

/** Of the common values those alone that some profiles hold: there may be many more than a function has room for. */
export async function readFrozenOf(
  session: DuckDbSession,
  { values, blocks }: FrozenFiles,
  shape: Shape,
  profiles: Profiles,
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

/** Keys are signed in tables of the engine that counts, and not in those of a model. */
export const readBlocks = (session: DuckDbSession, path: string): Promise<Frozen['blocks']> =>
  session.rows<Frozen['blocks'][number]>(
    'stitch: oversized blocks',
    `SELECT depth::INTEGER AS depth, rule::INTEGER AS rule, (key::BIGINT & ${0xffffffff})::UINTEGER AS key, n::INTEGER AS n FROM read_parquet(${text(path)})`,
  );
