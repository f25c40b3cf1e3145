import type { StitchSettings } from '../../core/contracts/customer360.ts';
import { InvalidInput } from '../../core/errors.ts';
import { text } from '../../core/sql/quote.ts';
import { listedValues, type SharedValue, sharedValues } from '../../core/stitch/cleaning/bad-values.ts';
import { type Cleansed, cleansed } from '../../core/stitch/cleaning/cleanse.ts';
import { type Records, standardise } from '../../core/stitch/cleaning/standardise.ts';
import type { Crew } from '../../core/stitch/crew.ts';
import { Column } from '../../core/stitch/records/columns.ts';
import { type Shape, shapeOf } from '../../core/stitch/records/shape.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { readColumns } from './columns.ts';
import { readIntegers } from './integers.ts';

/** Records in a Parquet file as a relation with the number of each `row`. */
export const recordsIn = (path: string): string =>
  `(SELECT file_row_number AS "row", * EXCLUDE (file_row_number) FROM read_parquet(${text(path)}, file_row_number = true))`;

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

/**
 * Numbers records by datasource and pk, so that no result depends on the order of rows (table `record`), and reads their
 * tagged columns in that order.
 */
export async function readRecords(
  session: DuckDbSession,
  crew: Crew,
  relation: string,
  names: readonly string[],
): Promise<Records> {
  await session.run(
    'stitch: record',
    `CREATE TABLE record AS SELECT (row_number() OVER (ORDER BY datasource, pk) - 1)::INTEGER AS rid, "row"::INTEGER AS "row", datasource, pk
FROM ${relation}`,
  );
  await refuseAmbiguousKeys(session);
  const [order = new Int32Array()] = await readIntegers(
    session,
    'stitch: order',
    'SELECT "row" FROM record ORDER BY rid',
  );
  const { columns } = await readColumns(session, crew, relation, 'row', ['datasource', ...names]);
  const sorted = Array.from(columns, ([name, column]): [string, Column] => [name, column.taking(order)]);
  return recordsOf(order.length, new Map(sorted));
}

/** Records from their columns, `datasource` among them. */
export function recordsOf(size: number, columns: Map<string, Column>): Records {
  const datasource = columns.get('datasource') ?? Column.empty(size);
  columns.delete('datasource');
  return { size, datasource, columns };
}

/** Each record has a key, and no other has it. */
export async function refuseAmbiguousKeys(session: DuckDbSession): Promise<void> {
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

/** Clean records, and the values that were found to be shared by too many. */
export interface Prepared extends Cleansed {
  shared: SharedValue[];
}

/** Standardises records and takes bad values away. A model tells which values are shared, else the records do. */
export async function prepare(
  crew: Crew,
  tagged: Records,
  shape: Shape,
  settings: StitchSettings,
  known: SharedValue[] | undefined,
): Promise<Prepared> {
  const standard = await standardise(crew, tagged, shape, settings);
  const shared = known ?? sharedValues(standard);
  return { ...cleansed(standard, shape, listedValues(shape, settings), shared), shared };
}

/** Rows of a relation. */
export async function size(session: DuckDbSession, relation: string): Promise<number> {
  const [counted] = await session.rows<{ n: number }>(
    `stitch: size of ${relation}`,
    `SELECT count(*)::INTEGER AS n FROM ${relation}`,
  );
  return counted?.n ?? 0;
}
