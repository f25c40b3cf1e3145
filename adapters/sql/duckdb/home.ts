import type { DuckDBConnection } from '@duckdb/node-api';
import { InvalidInput } from '../../../core/errors.ts';
import { text } from '../../../core/sql/quote.ts';

/** How a path in a folder begins in SQL. */
const inside = (folder: string): string => text(`${folder}/`).slice(0, -1);

/** Views name the objects that they read by path: when the folder of the objects has been moved, they are told where it is now. */
export async function followFolder(connection: DuckDBConnection, folder: string): Promise<void> {
  await connection.run('CREATE TABLE IF NOT EXISTS tributary.folder (path VARCHAR)');
  const known = await connection.runAndReadAll('SELECT path FROM tributary.folder');
  const [before] = known.getRows().map(([path]) => String(path));
  if (before === folder) return;
  await connection.run('BEGIN');
  const views = await connection.runAndReadAll('SELECT sql FROM duckdb_views() WHERE NOT internal');
  for (const sql of views.getRows().map(([text]) => String(text))) {
    const moved = before === undefined ? sql : sql.replaceAll(inside(before), inside(folder));
    if (moved !== sql) await connection.run(moved.replace(/^CREATE VIEW/, 'CREATE OR REPLACE VIEW'));
  }
  await connection.run('DELETE FROM tributary.folder');
  await connection.run('INSERT INTO tributary.folder VALUES ($1)', [folder]);
  await connection.run('COMMIT');
}

/** Refuses a file of the time when rows were kept in it: its tables would be in the way of the views. */
export async function refuseRows(connection: DuckDBConnection, file: string): Promise<void> {
  const stored = await connection.runAndReadAll(
    "SELECT 1 FROM information_schema.tables WHERE table_schema IN ('domain', 'stitch', 'customer360') AND table_type = 'BASE TABLE'",
  );
  if (stored.currentRowCount === 0) return;
  throw new InvalidInput(
    `${file} was made by an earlier version, which kept ${stored.currentRowCount} tables in it: move this home away and load its files into a new one`,
  );
}
