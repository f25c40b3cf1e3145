import type { TableEntry } from '../contracts/catalog.ts';
import type { PlannedTable } from '../contracts/steps.ts';
import { contentHash } from '../environments/canonical.ts';

/** A table to plan: its SQL, and what the SQL reads and asks. */
export interface PlannableTable {
  schema: 'domain' | 'customer360';
  name: string;
  sql: string;
  /** `schema.name` of every table that it reads. */
  reads: readonly string[];
  /** Its SQL asks for the time, so that it changes from day to day. */
  timeDependent: boolean;
}

/** Express: new input or definition. Normal: also what the time changes. Full: everything (reference §4.3). */
export type RefreshMode = 'express' | 'normal' | 'full';

/**
 * Which tables to build, level by level: tables of a level read none of their own. `order` is the tables with every one
 * after those it reads. A table whose version stands is left out.
 */
export function planBuild(
  order: readonly PlannableTable[],
  tables: Readonly<Record<string, TableEntry>>,
  run: { mode: RefreshMode; id: string; asOf: string },
): PlannedTable[][] {
  const versions = new Map(Object.entries(tables).map(([name, entry]) => [name, entry.version]));
  const level = new Map<string, number>();
  const levels: PlannedTable[][] = [];
  for (const table of order) {
    const name = `${table.schema}.${table.name}`;
    const planned = planTable(table, tables[name], versions, run);
    if (!planned) continue;
    versions.set(name, planned.version);
    const depth = Math.max(0, ...table.reads.map((read) => (level.get(read) ?? -1) + 1));
    level.set(name, depth);
    levels[depth] = [...(levels[depth] ?? []), planned];
  }
  return levels;
}

function planTable(
  table: PlannableTable,
  before: TableEntry | undefined,
  versions: ReadonlyMap<string, string>,
  run: { mode: RefreshMode; id: string; asOf: string },
): PlannedTable | undefined {
  const inputs = Object.fromEntries(table.reads.map((read) => [read, versions.get(read) ?? 'absent']));
  const day = table.timeDependent ? run.asOf.slice(0, 10) : undefined;
  const definition = contentHash(table.sql);
  const why = reason(before, { definition, inputs, day, mode: run.mode });
  if (why === undefined) return undefined;
  // A full refresh builds again what equal inputs would give: its version is of the run.
  const version = contentHash({ definition, inputs, day, ...(run.mode === 'full' && { run: run.id }) });
  const { schema, name } = table;
  return { schema, name, why, version, inputs, ...(day !== undefined && { as_of_day: day }) };
}

function reason(
  before: TableEntry | undefined,
  now: { definition: string; inputs: Record<string, string>; day: string | undefined; mode: RefreshMode },
): string | undefined {
  if (!before) return 'new';
  if (now.mode === 'full') return 'full refresh';
  if (before.definition !== now.definition) return 'new definition';
  const changed = Object.keys(now.inputs).filter((name) => before.inputs[name] !== now.inputs[name]);
  if (changed.length > 0) return `new rows in ${changed.join(', ')}`;
  if (now.mode !== 'express' && before.as_of_day !== now.day) return 'a new day';
  return undefined;
}
