import type { z } from 'zod';
import type { TableEntry } from '../contracts/catalog.ts';
import type { CheckResult } from '../contracts/steps.ts';
import type { Services } from '../ports.ts';
import { ident } from '../sql/quote.ts';
import type { TableDefinition } from './table-definitions.ts';

type Check = Pick<z.infer<typeof CheckResult>, 'column' | 'check'>;

/** The `db/required` and `db/unique` checks of a table's columns that fail, over the rows that the run has built. They report; they block nothing (reference §4.3). */
export async function runChecks(
  definitions: readonly TableDefinition[],
  tables: Record<string, TableEntry>,
  asOf: string,
  services: Services,
): Promise<z.infer<typeof CheckResult>[]> {
  const failed: z.infer<typeof CheckResult>[] = [];
  for (const definition of definitions) {
    const checks = checksOf(definition);
    const table = `${definition.schema}.${definition.name}`;
    if (checks.length === 0 || !tables[table]) continue;
    const query = {
      name: `checks of ${table}`,
      sql: checksSql(definition, checks),
      tables: Object.values(tables),
      asOf,
    };
    const { rows } = await services.warehouse.query(query, { limit: 1, signal: services.signal });
    for (const [n, check] of checks.entries()) {
      const failures = Number(rows[0]?.[n] ?? 0);
      if (failures > 0) failed.push({ table, ...check, failures });
    }
  }
  return failed;
}

const checksOf = (definition: TableDefinition): Check[] =>
  Object.entries(definition.columns).flatMap(([column, { required, unique }]) => [
    ...(required ? [{ column, check: 'required' as const }] : []),
    ...(unique ? [{ column, check: 'unique' as const }] : []),
  ]);

/** One row: rows that miss the value, or rows beyond the first of theirs; NULL is not compared. */
function checksSql(definition: TableDefinition, checks: readonly Check[]): string {
  const counts = checks.map(({ column, check }, n) => {
    const name = ident(column);
    return check === 'required'
      ? `count(*) - count(${name}) AS c${n}`
      : `count(${name}) - count(DISTINCT ${name}) AS c${n}`;
  });
  return `SELECT ${counts.join(', ')} FROM ${definition.schema}.${ident(definition.name)}`;
}
