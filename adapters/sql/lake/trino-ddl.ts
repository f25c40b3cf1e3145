import type { Column } from '../../../core/contracts/types.ts';
import { ident, qualified, text } from '../../../core/sql/quote.ts';
import { engineType } from '../../../core/sql/types.ts';
import type { LakeDdl, LakeTable } from './engine.ts';

/** Two catalogs of one metastore. */
export interface TrinoCatalogs {
  /** Of the Hive connector: knows Parquet objects and views, and leads on to the other (`hive.iceberg-catalog-name`). */
  hive: string;
  /** Of the Iceberg connector. */
  iceberg: string;
}

const typed = ({ name, type }: Column): string => `${ident(name)} ${engineType(type, 'trino')}`;
const list = (columns: readonly Column[]): string => columns.map(typed).join(', ');

/** Trino's DDL. The Hive connector must be allowed to write to places that it doesn't manage (`hive.non-managed-table-writes-enabled`). */
export function trinoDdl({ hive, iceberg }: TrinoCatalogs): LakeDdl {
  const inHive = ({ database, name }: LakeTable) => qualified(hive, database, name);
  const inIceberg = ({ database, name }: LakeTable) => qualified(iceberg, database, name);
  const rows = (location: string) => `WITH (format = 'PARQUET', location = ${text(location)})`;
  return {
    createTable: (table, columns, location) =>
      `CREATE TABLE IF NOT EXISTS ${inIceberg(table)} (${list(columns)}) ${rows(location)}`,
    createTableAs: (table, query, location) => `CREATE TABLE ${inIceberg(table)} ${rows(location)} AS ${query}`,
    createFileTable: (table, columns, location) =>
      `CREATE TABLE IF NOT EXISTS ${inHive(table)} (${list(columns)}) WITH (format = 'PARQUET', external_location = ${text(location)})`,
    createFileTableAs: (table, query, { column, objects }) =>
      `CREATE TABLE ${inHive(table)} WITH (format = 'PARQUET', bucketed_by = ARRAY[${text(column)}], bucket_count = ${objects}) AS ${query}`,
    createPartitionedAs: (table, query, column) =>
      `CREATE TABLE ${inHive(table)} WITH (format = 'PARQUET', partitioned_by = ARRAY[${text(column)}]) AS ${query}`,
    addColumns: (table, columns) =>
      columns.map((column) => `ALTER TABLE ${inIceberg(table)} ADD COLUMN IF NOT EXISTS ${typed(column)}`),
    dropTable: (table) => `DROP TABLE IF EXISTS ${inHive(table)}`,
  };
}
