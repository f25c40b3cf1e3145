import type { Column } from '../../../core/contracts/types.ts';
import { qualified, text } from '../../../core/sql/quote.ts';
import { engineType } from '../../../core/sql/types.ts';
import type { LakeDdl, LakeTable } from './engine.ts';

/** Athena reads CREATE … AS as Trino does, and all other DDL as Hive does, which quotes names otherwise. */
const hiveName = ({ database, name }: LakeTable): string => `\`${database}\`.\`${name}\``;
const trinoName = ({ database, name }: LakeTable): string => qualified(database, name);

const typed = (columns: readonly Column[]): string =>
  columns.map(({ name, type }) => `\`${name}\` ${engineType(type, 'athenaDdl')}`).join(', ');

export const athenaDdl: LakeDdl = {
  createTable: (table, columns, location) =>
    `CREATE TABLE IF NOT EXISTS ${hiveName(table)} (${typed(columns)}) LOCATION ${text(location)} TBLPROPERTIES ('table_type' = 'ICEBERG', 'format' = 'parquet')`,
  createTableAs: (table, query, location) =>
    `CREATE TABLE ${trinoName(table)} WITH (table_type = 'ICEBERG', is_external = false, format = 'PARQUET', location = ${text(location)}) AS ${query}`,
  createFileTable: (table, columns, location) =>
    `CREATE EXTERNAL TABLE IF NOT EXISTS ${hiveName(table)} (${typed(columns)}) STORED AS PARQUET LOCATION ${text(location)}`,
  createFileTableAs: (table, query, { column, objects }) =>
    `CREATE TABLE ${trinoName(table)} WITH (format = 'PARQUET', bucketed_by = ARRAY[${text(column)}], bucket_count = ${objects}) AS ${query}`,
  createPartitionedAs: (table, query, column) =>
    `CREATE TABLE ${trinoName(table)} WITH (format = 'PARQUET', partitioned_by = ARRAY[${text(column)}]) AS ${query}`,
  addColumns: (table, columns) => [`ALTER TABLE ${hiveName(table)} ADD COLUMNS (${typed(columns)})`],
  dropTable: (table) => `DROP TABLE IF EXISTS ${hiveName(table)}`,
};

/** Writes an Iceberg table's many small files together; lets go of what old snapshots alone hold. */
export const tidyStatements = (table: LakeTable) => ({
  optimize: `OPTIMIZE ${trinoName(table)} REWRITE DATA USING BIN_PACK`,
  vacuum: `VACUUM ${trinoName(table)}`,
});
