import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { macroStatements, settings } from '../../../adapters/sql/duckdb-macros.ts';
import { coreTables } from '../../../core/customer360/core-tables.ts';
import { keyOptions } from '../../../core/customer360/foreign-keys.ts';
import { affectedPeopleSql, incrementalSql, withDelta } from '../../../core/customer360/incremental.ts';
import { customer360Tables } from '../../../core/customer360/templates/index.ts';
import { qualified, text } from '../../../core/sql/quote.ts';
import { translate } from '../../../core/sql/translate.ts';
import { assignmentsOf, type Source, type SourceRow, taggedTable, valuesOf } from './small-tenant.ts';
import { customers, orderLines } from './sources.ts';

const ASKED = ['unified_coalesced', 'unified_itemized_transactions', 'unified_transactions', 'merged_customers'];

/** A customer record or order line by its key; `person` is what Stitch says. */
interface Day {
  records: { key: number; number: number; mail: number; person: number; changed: number }[];
  lines: { key: number; order: number; customer: number | undefined; paid: number; updated: number }[];
}

const key = fc.integer({ min: 0, max: 5 });
const day: fc.Arbitrary<Day> = fc.record({
  records: fc.uniqueArray(fc.record({ key, number: key, mail: key, person: key, changed: key }), {
    selector: (record) => record.key,
    minLength: 1,
  }),
  lines: fc.uniqueArray(
    fc.record({ key, order: key, customer: fc.option(key, { nil: undefined }), paid: key, updated: key }),
    { selector: (line) => line.key, minLength: 1 },
  ),
});

function tenantOf({ records, lines }: Day): { sources: Source[]; people: Record<string, string> } {
  const record = ({ key, number, mail, changed }: Day['records'][number]): SourceRow => ({
    _pk: `${key}`,
    _updated: 0,
    number: `N${number}`,
    mail: `${mail}@x.com`,
    changed: `2026-01-0${changed + 1} 00:00:00`,
  });
  const line = ({ key, order, customer, paid, updated }: Day['lines'][number]): SourceRow => ({
    _pk: `${key}`,
    _updated: updated,
    order_number: `o${order}`,
    customer: customer === undefined ? null : `N${customer}`,
    paid,
    at: '2026-02-01 00:00:00',
  });
  return {
    sources: [customers('web_customers', records.map(record)), orderLines(lines.map(line))],
    people: Object.fromEntries(records.map(({ key, person }) => [`web_customers ${key}`, `person ${person}`])),
  };
}

/** Rows of either day that the other has not, by datasource and pk. */
function changedRows(before: Day, after: Day): string {
  const rows = (day: Day) => tenantOf(day).sources.flatMap(({ name, rows }) => rows.map((row) => ({ name, row })));
  const differing = (one: Day, other: Day) => {
    const known = new Set(rows(other).map((row) => JSON.stringify(row)));
    return rows(one).filter((row) => !known.has(JSON.stringify(row)));
  };
  const changed = [...differing(before, after), ...differing(after, before)];
  const values = changed.map(({ name, row }) => `(${text(name)}, ${text(row._pk)})`);
  return `SELECT DISTINCT * FROM (VALUES ${['(NULL, NULL)', ...values].join(', ')}) AS t (datasource, pk)`;
}

it('gives the rows of a full build when only the affected people are rebuilt, whatever changed', async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const sql of [...settings, ...macroStatements]) await connection.run(sql);
  for (const schema of ['domain', 'stitch', 'previous', 'customer360', 'rebuilt'])
    await connection.run(`CREATE SCHEMA ${schema}`);

  const tables = tenantOf({ records: [], lines: [] }).sources.map(taggedTable);
  const definitions = [
    ...coreTables(tables, { mergePolicy: { sources: [] }, currency: 'USD' }),
    ...customer360Tables({ hasTransactions: true, hasEmailConsent: false, hasSmsConsent: false }),
  ].filter(({ name }) => [...ASKED, 'merge_policy', 'stitch_foreign_keys', 'order_owners'].includes(name));
  const perPerson = new Set(['stitch.assignments', ...ASKED.map((name) => `customer360.${name}`)]);

  const create = async (target: string, sql: string, own: string) => {
    const physical = ({ schema = '', table }: { schema?: string; table: string }) =>
      qualified(schema === 'customer360' && ASKED.includes(table) ? own : schema, table);
    const translated = translate(sql, { tables: physical, asOf: '2026-11-23T12:00:00Z' });
    await connection.run(`CREATE OR REPLACE TABLE ${target} AS ${translated.sql}`);
  };
  const load = async (day: Day) => {
    const tenant = tenantOf(day);
    for (const source of tenant.sources) {
      await connection.run(`CREATE OR REPLACE TABLE ${qualified('domain', source.name)} AS ${valuesOf(source)}`);
    }
    await connection.run(`CREATE OR REPLACE TABLE stitch.assignments AS ${assignmentsOf(tenant)}`);
    for (const { name, sql } of definitions) await create(qualified('customer360', name), sql, 'customer360');
  };

  await fc.assert(
    fc.asyncProperty(day, day, async (before, after) => {
      await load(before);
      for (const { name } of definitions) {
        await connection.run(`CREATE OR REPLACE TABLE previous.${name} AS FROM customer360.${name}`);
      }
      await load(after);

      await connection.run(`CREATE OR REPLACE TABLE customer360.changed_rows AS ${changedRows(before, after)}`);
      await create('customer360.affected_people', affectedPeopleSql(tables, keyOptions(tables, [])), 'rebuilt');
      for (const table of definitions.filter(({ name }) => ASKED.includes(name))) {
        await create(`rebuilt.delta`, incrementalSql(table, perPerson), 'rebuilt');
        await create(`rebuilt.${table.name}`, withDelta(`previous.${table.name}`, 'rebuilt.delta'), 'rebuilt');
      }

      for (const name of ASKED) {
        const [full, rebuilt] = [`customer360.${name}`, `rebuilt.${name}`];
        const differing = await connection.runAndReadAll(
          `(FROM ${full} EXCEPT ALL FROM ${rebuilt}) UNION ALL (FROM ${rebuilt} EXCEPT ALL FROM ${full})`,
        );
        expect(differing.getRowObjectsJson(), name).toEqual([]);
      }
    }),
    { numRuns: 4 },
  );
}, 120_000);
