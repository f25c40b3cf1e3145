import type { StitchSettings } from '../../core/contracts/customer360.ts';
import { InvalidInput } from '../../core/errors.ts';
import { ident, text } from '../../core/sql/quote.ts';
import { automaticBadSql, badListSql, badValueSql, cleanSql } from '../../core/stitch/bad-values.ts';
import { labelSql, memberSql } from '../../core/stitch/duplicates.ts';
import { nicknameSql } from '../../core/stitch/nicknames.ts';
import { type Shape, shapeOf } from '../../core/stitch/shape.ts';
import { recordSql, standardiseSql } from '../../core/stitch/standardise.ts';
import { frozenBadSql } from '../../core/stitch/state.ts';
import { profileSql } from '../../core/stitch/values.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';

/** The columns that the records have, and in which they have values; in `known` they count as having some. */
export async function readShape(
  session: DuckDbSession,
  records: string,
  known: readonly string[] = [],
): Promise<Shape> {
  const columns = await session.rows<{ column_name: string }>(
    'stitch: columns of the records',
    `DESCRIBE SELECT * FROM read_parquet(${text(records)})`,
  );
  const names = columns.map((column) => column.column_name);
  const absent = ['datasource', 'pk'].filter((name) => !names.includes(name));
  if (absent.length > 0) {
    throw new InvalidInput(`the records for Stitch lack ${absent.join(' and ')}: expected both columns in ${records}`);
  }
  const counted = await session.rows<{ name: string }>(
    'stitch: empty columns of the records',
    `SELECT path_in_schema AS name FROM parquet_metadata(${text(records)})
GROUP BY path_in_schema HAVING sum(stats_null_count) = sum(num_values)`,
  );
  const empty = counted.map(({ name }) => name).filter((name) => !known.includes(name));
  return shapeOf(names, empty);
}

/** Numbers and standardises the records. */
export async function standardise(
  session: DuckDbSession,
  records: string,
  shape: Shape,
  settings: StitchSettings,
): Promise<number> {
  await session.run('stitch: record', recordSql(records));
  await refuseAmbiguousKeys(session);
  await session.run('stitch: nickname', nicknameSql(settings));
  await session.run('stitch: standard', standardiseSql(records, shape, settings));
  return size(session, 'record');
}

/** Tables that have had their last reader: the run has better use for their memory. */
export async function forget(session: DuckDbSession, ...tables: string[]): Promise<void> {
  for (const table of tables) await session.run(`stitch: forget ${table}`, `DROP TABLE ${ident(table)}`);
}

/** Rows of a relation. */
export async function size(session: DuckDbSession, relation: string): Promise<number> {
  const [counted] = await session.rows<{ n: number }>(
    `stitch: size of ${relation}`,
    `SELECT count(*)::INTEGER AS n FROM ${relation}`,
  );
  return counted?.n ?? 0;
}

async function refuseAmbiguousKeys(session: DuckDbSession): Promise<void> {
  const [bad] = await session.rows<{ datasource: string | null; pk: string | null }>(
    'stitch: keys',
    `SELECT datasource, pk FROM (SELECT datasource, pk, lag(pk) OVER (ORDER BY rid) AS before_pk, lag(datasource) OVER (ORDER BY rid) AS before_ds FROM record)
WHERE datasource IS NULL OR pk IS NULL OR (datasource = before_ds AND pk = before_pk) LIMIT 1`,
  );
  if (bad === undefined) return;
  throw new InvalidInput(
    `the record ${JSON.stringify(bad.pk)} of ${JSON.stringify(bad.datasource)} has no key of its own: expected each datasource and pk once, none empty; mend the primary key of that table`,
  );
}

/** Takes bad values away. A model's folder tells the automatic ones. */
export async function cleanse(
  session: DuckDbSession,
  shape: Shape,
  settings: StitchSettings,
  frozen: string | undefined,
): Promise<void> {
  await session.run('stitch: bad_list', badListSql(shape, settings));
  await session.run('stitch: bad_auto', frozen ? frozenBadSql(frozen) : automaticBadSql());
  await session.run('stitch: bad_value', badValueSql());
  await session.run('stitch: clean', cleanSql(shape));
}

/** Collapses trivial duplicates into profiles. Gives the number of profiles. */
export async function collapse(session: DuckDbSession, shape: Shape, settings: StitchSettings): Promise<number> {
  await session.run('stitch: label', labelSql(settings));
  for (const sql of memberSql) await session.run('stitch: member', sql);
  for (const sql of profileSql(shape)) await session.run('stitch: profile', sql);
  return size(session, 'profile');
}
