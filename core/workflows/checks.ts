import type { z } from 'zod';
import type { TableEntry } from '../contracts/catalog.ts';
import type { CheckResult } from '../contracts/steps.ts';
import type { Services } from '../ports.ts';
import { ident } from '../sql/quote.ts';
import type { TableDefinition } from './table-definitions.ts';

type Check = Pick<z.infer<typeof CheckResult>, 'column' | 'check'>;

/** Tables that one statement checks: more would be more stages than an engine takes. */
const TOGETHER = 10;

interface Checked {
  table: string;
  definition: TableDefinition;
  checks: Check[];
}

/** The `db/required` and `db/unique` checks of tables' columns that fail, over the rows that the run has built. They report; they block nothing (reference §4.3). */
export async function runChecks(
  definitions: readonly TableDefinition[],
  tables: Record<string, TableEntry>,
  asOf: string,
  services: Services,
): Promise<z.infer<typeof CheckResult>[]> {
  const checked = definitions
    .map((definition) => ({ table: nameOf(definition), definition, checks: checksOf(definition) }))
    .filter(({ table, checks }) => checks.length > 0 && tables[table]);
  const failed: z.infer<typeof CheckResult>[] = [];
  for (let n = 0; n < checked.length; n += TOGETHER)
    failed.push(...(await failures(checked.slice(n, n + TOGETHER), Object.values(tables), asOf, services)));
  return failed;
}

async function failures(
  checked: readonly Checked[],
  tables: readonly TableEntry[],
  asOf: string,
  { warehouse, signal }: Services,
): Promise<z.infer<typeof CheckResult>[]> {
  const most = Math.max(...checked.map(({ checks }) => checks.length));
  const counts = checked.map(({ definition, checks }, n) => countsSql(n, definition, checks, most));
  const query = { name: 'checks', sql: counts.join('\nUNION ALL\n'), tables, asOf };
  const { rows } = await warehouse.query(query, { limit: checked.length, signal });
  const found = new Map(rows.map(([n, ...counted]) => [Number(n), counted.map(Number)]));
  return checked.flatMap(({ table, checks }, n) =>
    checks
      .map((check, at) => ({ table, ...check, failures: found.get(n)?.[at] ?? 0 }))
      .filter((check) => check.failures > 0),
  );
}

const nameOf = ({ schema, name }: TableDefinition): string => `${schema}.${name}`;

const checksOf = (definition: TableDefinition): Check[] =>
  Object.entries(definition.columns).flatMap(([column, { required, unique }]) => [
    ...(required ? [{ column, check: 'required' as const }] : []),
    ...(unique ? [{ column, check: 'unique' as const }] : []),
  ]);

/** One row with the number of the table: rows that miss a value, or rows beyond the first of theirs; NULL is not compared. Filled up to `most` counts. */
function countsSql(n: number, { schema, name }: TableDefinition, checks: readonly Check[], most: number): string {
  const counts = checks.map(({ column, check }) => {
    const value = ident(column);
    return check === 'required' ? `count(*) - count(${value})` : `count(${value}) - count(DISTINCT ${value})`;
  });
  const others = Array<string>(most - counts.length).fill('0');
  return `SELECT ${[n, ...counts, ...others].join(', ')} FROM ${schema}.${ident(name)}`;
}
