import { Clock } from './clock.ts';
import { Printer } from './duckdb/printer.ts';
import { printQuery } from './duckdb/queries.ts';
import { Scope, type TableName, type Tables } from './scope.ts';
import { parseQuery } from './tree.ts';
import { rewriteTrino } from './trino.ts';

export interface TranslateOptions {
  /** The physical name of a table, quoted SQL text; undefined when there is none. Names come in lower case. */
  tables: Tables;
  /** The run's now, ISO 8601 UTC: what `current_timestamp`, `now()` and their kin become. */
  asOf: string;
  /** Names that there are, so that the refusal of an unknown one can name the nearest. */
  known?: readonly string[];
}

export interface Translated {
  sql: string;
  /** Tables that the query reads, in the order of their first mention. */
  reads: TableName[];
  /** Whether the query asks for the present time, so that its result ages. */
  timeDependent: boolean;
}

/**
 * One Trino SELECT as DuckDB text that gives the same rows. `RefusedSql` says what no engine may run here, `UnprovenSql`
 * names what runs in AWS only. The macros of `adapters/sql/duckdb/macros.ts` must be in the database.
 */
export function translate(sql: string, options: TranslateOptions): Translated {
  const tree = parseQuery(sql);
  const scope = new Scope(options.tables, options.known);
  const clock = new Clock(options.asOf);
  const text = printQuery(tree, new Printer(scope, clock), true);
  return { sql: text, reads: scope.reads, timeDependent: clock.asked };
}

/** One Trino SELECT as Trino text, its tables under their physical names and the clock replaced; all else untouched. */
export function forTrino(sql: string, options: TranslateOptions): Translated {
  const tree = parseQuery(sql);
  const scope = new Scope(options.tables, options.known);
  const clock = new Clock(options.asOf);
  const text = rewriteTrino(sql, tree, scope, clock);
  return { sql: text, reads: scope.reads, timeDependent: clock.asked };
}
