import type { TableEntry } from '../contracts/catalog.ts';
import type { PlannedTable } from '../contracts/steps.ts';
import { contentHash } from '../environments/canonical.ts';
import { askedOf, type Renewal } from './renewal.ts';

/** A table to plan: its SQL, and what the SQL reads and asks. */
export interface PlannableTable {
  schema: 'domain' | 'customer360';
  name: string;
  sql: string;
  /** `schema.name` of every table that it reads. */
  reads: readonly string[];
  /** Its SQL asks for the time, so that it changes from day to day. */
  timeDependent: boolean;
  /** Left out: it is only ever built whole. */
  renewal?: Renewal | undefined;
}

/** Express: new input or definition. Normal: also what the time changes. Full: everything (reference §4.3). */
export type RefreshMode = 'express' | 'normal' | 'full';

interface PlannedRun {
  mode: RefreshMode;
  id: string;
  asOf: string;
}

/** The tables as they are, and what is planned of them so far. */
interface Planning {
  tables: Readonly<Record<string, TableEntry>>;
  planned: Map<string, PlannedTable>;
}

/**
 * Which tables to build, level by level: tables of a level read none of their own. `order` is the tables with every one
 * after those it reads. A table whose version stands is left out. One that can follow all that has changed since its last
 * version is laid over that; others are built whole.
 */
export function planBuild(
  order: readonly PlannableTable[],
  tables: Readonly<Record<string, TableEntry>>,
  run: PlannedRun,
): PlannedTable[][] {
  const planning: Planning = { tables, planned: new Map() };
  const level = new Map<string, number>();
  const levels: PlannedTable[][] = [];
  const renewals = order.map(({ renewal }) => renewal);
  for (const table of order) {
    const name = `${table.schema}.${table.name}`;
    const found = planTable(table, planning, run);
    if (!found) continue;
    const tells = found.over === undefined ? undefined : table.renewal && askedOf(name, table.renewal, renewals);
    const planned = { ...found, ...(tells && { tells }) };
    planning.planned.set(name, planned);
    const depth = Math.max(0, ...table.reads.map((read) => (level.get(read) ?? -1) + 1));
    level.set(name, depth);
    levels[depth] = [...(levels[depth] ?? []), planned];
  }
  return levels;
}

function planTable(table: PlannableTable, planning: Planning, run: PlannedRun): PlannedTable | undefined {
  const { schema, name } = table;
  const before = planning.tables[`${schema}.${name}`];
  const versionOf = (read: string) => (planning.planned.get(read) ?? planning.tables[read])?.version ?? 'absent';
  const inputs = Object.fromEntries(table.reads.map((read) => [read, versionOf(read)]));
  const day = table.timeDependent ? run.asOf.slice(0, 10) : undefined;
  const definition = contentHash(table.sql);
  const why = reason(before, { definition, inputs, day, mode: run.mode });
  if (why === undefined) return undefined;
  const isSame = before?.definition === definition && before.as_of_day === day && run.mode !== 'full';
  const over = isSame && canFollow(table, before, inputs, planning) ? before.version : undefined;
  // A full refresh builds again what equal inputs would give: its version is of the run.
  const version = contentHash({ definition, inputs, day, over, ...(run.mode === 'full' && { run: run.id }) });
  return {
    ...{ schema, name, version, inputs },
    why: over === undefined ? why : `${why}; the rest is kept`,
    ...(day !== undefined && { as_of_day: day }),
    ...(over !== undefined && { over }),
  };
}

/** Whether each input that has changed says what has changed since the table was last built, and the table can follow it. */
function canFollow(
  { renewal }: PlannableTable,
  before: TableEntry,
  inputs: Readonly<Record<string, string>>,
  { tables, planned }: Planning,
): boolean {
  const changed = Object.keys(inputs).filter((name) => before.inputs[name] !== inputs[name]);
  return changed.every((name) => {
    const follow = renewal?.follows[name];
    if (follow === undefined) return false;
    if (follow === null) return true;
    const now = tables[name];
    if (now?.loads) return (before.saw?.[now.loads.generation] ?? -1) >= now.loads.whole;
    const since = planned.get(name)?.over ?? (planned.has(name) ? undefined : now?.changes?.since);
    return since !== undefined && since === before.inputs[name];
  });
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
