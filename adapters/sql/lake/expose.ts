import { z } from 'zod';
import { schemas, type TableEntry } from '../../../core/contracts/catalog.ts';
import { canonicalJson } from '../../../core/environments/canonical.ts';
import { readJson } from '../../../core/environments/json-objects.ts';
import { Conflict, QueryFailed } from '../../../core/errors.ts';
import { fewAtOnce } from '../../../core/few-at-once.ts';
import { ident } from '../../../core/sql/quote.ts';
import { filesName } from './files.ts';
import { tableOfLedger } from './loads.ts';
import { retrying } from './retry.ts';
import type { LakeTables } from './tables.ts';

/** What each plain name shows: views are not made anew for that alone, since each costs a statement. */
const Shown = z.record(z.string(), z.string());
const shownKey = 'tables/shown.json';
const ATTEMPTS = 10;

const fullName = ({ schema }: Pick<TableEntry, 'schema'>, name: string): string => `${schema}.${name}`;

/** Feeds that are published at once show and remove the same tables: whoever comes second looks anew. */
const CONTENDED = { attempts: 6, firstMs: 500, longestMs: 8_000 };

/** Shows the stored tables under their plain names, and removes what nothing published refers to. */
export const expose = (tables: LakeTables, entries: readonly TableEntry[]): Promise<void> =>
  retrying(
    () => exposeOnce(tables, entries),
    (cause) => cause instanceof QueryFailed,
    CONTENDED,
  );

async function exposeOnce(tables: LakeTables, entries: readonly TableEntry[]): Promise<void> {
  const there = await storedTables(tables);
  await show(tables, entries, there);
  await removeOthers(tables, entries, there);
}

/** All tables and views by `schema.name`; views are true. */
async function storedTables(tables: LakeTables): Promise<Map<string, boolean>> {
  const found = schemas.map(async (schema) => {
    const listed = await tables.engine.tables(tables.database(schema));
    return listed.map(({ name, isView }) => [`${schema}.${name}`, isView] as const);
  });
  return new Map((await Promise.all(found)).flat());
}

/** When others show tables meanwhile, the views are those of whoever is last, and the note says so. */
async function show(
  tables: LakeTables,
  entries: readonly TableEntry[],
  there: ReadonlyMap<string, boolean>,
): Promise<void> {
  const renamed = entries.filter(({ name, physical }) => name !== physical);
  for (let attempt = 1; ; attempt++) {
    const before = await readJson(tables.objects, shownKey, Shown);
    const views = renamed.map((entry) => ({ entry, full: fullName(entry, entry.name), sql: showing(tables, entry) }));
    const due = views.filter(({ full, sql }) => !there.has(full) || before?.value[full] !== sql);
    await Promise.all(
      due.map(({ entry, full, sql }) =>
        tables.view({ schema: entry.schema, physical: entry.name }, `show ${full}`, sql),
      ),
    );
    if (due.length === 0 && before) return;
    const body = canonicalJson(Object.fromEntries(views.map(({ full, sql }) => [full, sql])));
    try {
      await tables.objects.put(shownKey, body, before ? { ifMatch: before.etag } : { ifNoneMatch: '*' });
      return;
    } catch (cause) {
      if (!(cause instanceof Conflict) || attempt >= ATTEMPTS) throw cause;
    }
  }
}

/** By the columns' names: a column that a table takes up would make a view of all of them invalid. */
const showing = (tables: LakeTables, entry: TableEntry): string =>
  `SELECT ${entry.columns.map(({ name }) => ident(name)).join(', ')} FROM ${tables.relation(entry)}`;

async function removeOthers(
  tables: LakeTables,
  entries: readonly TableEntry[],
  there: ReadonlyMap<string, boolean>,
): Promise<void> {
  const published = entries.flatMap((entry) =>
    [entry.physical, ...(entry.changes ? [entry.changes.table] : [])].map((one) => fullName(entry, one)),
  );
  const keys = await keysOfOthers(tables, new Set(published));
  // Fed tables that no reader sees yet have a ledger.
  const fed = keys.flatMap((key) => tableOfLedger(key) ?? []).map((table) => `domain.${table}`);
  const stored = new Set([...published, ...fed]);
  const names = new Set(entries.map((entry) => fullName(entry, entry.name)));
  const isKept = (full: string) => stored.has(full) || names.has(full) || stored.has(wholeOf(full));
  const stale = [...there].filter(([full]) => !isKept(full));
  await Promise.all(
    stale.map(([full, isView]) => {
      const [schema = '', physical = ''] = full.split('.');
      const table = { schema, physical };
      const sql = isView
        ? `DROP VIEW IF EXISTS ${tables.relation(table)}`
        : tables.engine.ddl.dropTable(tables.named(table));
      return tables.run(`remove ${full}`, sql);
    }),
  );
  const left = keys.filter((key) => {
    const [, schema, physical] = key.split('/');
    return !stored.has(`${schema}.${physical}`);
  });
  await fewAtOnce(left, (key) => tables.objects.delete(key));
}

/** Keys of what is stored of tables but these, which may have many. */
async function keysOfOthers({ objects }: LakeTables, published: ReadonlySet<string>): Promise<string[]> {
  const found = schemas.map(async (schema) => {
    const folders = await objects.folders(`tables/${schema}/`);
    const others = folders.filter((physical) => !published.has(fullName({ schema }, physical)));
    return fewAtOnce(others, (physical) => objects.list(`tables/${schema}/${physical}/`));
  });
  return (await Promise.all(found)).flat(2).map(({ key }) => key);
}

/** The table that one over a Parquet object is a part of. */
const wholeOf = (full: string): string => full.slice(0, Math.max(0, full.lastIndexOf(filesName(''))));
