import type { ColumnType } from '../contracts/types.ts';
import { InternalError } from '../errors.ts';

/** What a column type is called in each engine. `athenaDdl` is the name in Athena's CREATE TABLE of an Iceberg table. */
interface EngineTypes {
  duckdb: string;
  trino: string;
  athenaDdl: string;
}

const SIMPLE: Record<string, EngineTypes> = {
  Boolean: { duckdb: 'BOOLEAN', trino: 'boolean', athenaDdl: 'boolean' },
  Date: { duckdb: 'DATE', trino: 'date', athenaDdl: 'date' },
  Datetime: { duckdb: 'TIMESTAMP', trino: 'timestamp(6)', athenaDdl: 'timestamp' },
  Float: { duckdb: 'DOUBLE', trino: 'double', athenaDdl: 'double' },
  Integer: { duckdb: 'BIGINT', trino: 'bigint', athenaDdl: 'bigint' },
  String: { duckdb: 'VARCHAR', trino: 'varchar', athenaDdl: 'string' },
};

/** A column type in the words of one engine. */
export function engineType(type: ColumnType, engine: keyof EngineTypes): string {
  const scale = /^Decimal\((?:38, ?)?(\d+)\)$/.exec(type)?.[1];
  if (scale !== undefined) return engine === 'duckdb' ? `DECIMAL(38,${scale})` : `decimal(38,${scale})`;
  const found = SIMPLE[type];
  if (found === undefined) throw new InternalError(`no engine has a name for the column type ${type}`);
  return found[engine];
}

/**
 * The column type that holds every value of an engine's type: widened where ours is wider (`INTEGER`, `REAL`),
 * text where the engine's type has no like here (JSON, lists, maps, times).
 */
export function columnType(engineName: string): ColumnType {
  const name = engineName.trim().toUpperCase();
  const scale = /^DECIMAL\(\d+, ?(\d+)\)$/.exec(name)?.[1];
  if (scale !== undefined) return `Decimal(38,${Math.min(Number(scale), 37)})`;
  if (/^(BOOLEAN|BOOL)$/.test(name)) return 'Boolean';
  if (name === 'DATE') return 'Date';
  if (/^(TIMESTAMP(_S|_MS|_NS)?|DATETIME|TIMESTAMPTZ)(\(\d+\))?( WITH(OUT)? TIME ZONE)?$/.test(name)) return 'Datetime';
  if (/^(DOUBLE|REAL|FLOAT)$/.test(name)) return 'Float';
  if (/^(TINYINT|SMALLINT|INTEGER|INT|BIGINT|UTINYINT|USMALLINT|UINTEGER)$/.test(name)) return 'Integer';
  if (/^(HUGEINT|UHUGEINT|UBIGINT)$/.test(name)) return 'Decimal(38,0)';
  return 'String';
}
