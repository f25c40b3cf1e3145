import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TableEntry } from '../../core/contracts/catalog.ts';
import { coreTables } from '../../core/customer360/core-tables.ts';
import { askedOf, type RenewableTable, renewalOf } from '../../core/customer360/renewal.ts';
import { customer360Tables } from '../../core/customer360/templates/index.ts';
import type { Warehouse } from '../../core/sql/port.ts';
import { printName } from '../../core/sql/scope.ts';
import { translate } from '../../core/sql/translate.ts';
import { changedAssignments } from '../../core/workflows/changed-assignments.ts';
import { renewTable } from '../../core/workflows/renew-table.ts';
import { assignmentsOf, type Source, type SourceRow, taggedTable, valuesOf } from '../core/customer360/small-tenant.ts';
import { customers, orderLines } from '../core/customer360/sources.ts';
import { openDuckDb } from '../support/warehouse.ts';

const asOf = '2026-11-23T12:00:00Z';

/** Rows that a day brings, new or changed, by their key; `people` is what Stitch says of some records anew. */
interface Day {
  records: { key: number; number: number; mail: number; street: number; changed: number }[];
  lines: { key: number; order: number | undefined; customer: number | undefined; paid: number; updated: number }[];
  people: { key: number; person: number }[];
}

const KEYS = 8;
const small = fc.integer({ min: 0, max: KEYS - 1 });
const sometimes = fc.option(small, { nil: undefined });
const rows = (most: number) => ({ selector: (row: { key: number }) => row.key, minLength: 1, maxLength: most });
const day = (most: number): fc.Arbitrary<Day> =>
  fc.record({
    records: fc.uniqueArray(
      fc.record({ key: small, number: small, mail: small, street: small, changed: small }),
      rows(most),
    ),
    lines: fc.uniqueArray(
      fc.record({ key: small, order: sometimes, customer: sometimes, paid: small, updated: small }),
      rows(most),
    ),
    people: fc.uniqueArray(fc.record({ key: small, person: small }), { ...rows(most), minLength: 0 }),
  });

const record = ({ key, number, mail, street, changed }: Day['records'][number], load: number): SourceRow => ({
  ...{ _pk: `${key}`, _updated: 0, _load: load, number: `N${number}`, mail: `${mail}@x.com`, last: 'Fox' },
  ...{
    street: `${street} Main St`,
    town: 'Rome',
    region: 'NY',
    zip: '10001',
    changed: `2026-01-0${changed + 1} 00:00:00`,
  },
});
const line = ({ key, order, customer, paid, updated }: Day['lines'][number], load: number): SourceRow => ({
  ...{ _pk: `${key}`, _updated: updated, _load: load, paid, at: '2026-02-01 00:00:00' },
  order_number: order === undefined ? null : `o${order}`,
  customer: customer === undefined ? null : `n${customer} `,
});

type Put = (key: string, sql: string) => Promise<void>;

/** A tenant whose days come one after the other, each building its tables over those of the day before. */
class Days {
  readonly #warehouse: Warehouse;
  readonly #put: Put;
  readonly #definitions: RenewableTable[];
  readonly #records = new Map<string, SourceRow>();
  readonly #lines = new Map<string, SourceRow>();
  readonly #people = new Map<string, string>();
  #entries: Record<string, TableEntry> = {};
  #day = 0;

  constructor(warehouse: Warehouse, put: Put) {
    this.#warehouse = warehouse;
    this.#put = put;
    const tables = [customers('web_customers', []), orderLines([])].map(taggedTable);
    this.#definitions = [
      ...coreTables(tables, { mergePolicy: { sources: [] }, currency: 'USD' }),
      ...customer360Tables({ hasTransactions: true, hasEmailConsent: false, hasSmsConsent: false }),
    ].filter(({ name, ...one }) => name === 'merge_policy' || 'renewal' in one || 'incremental_by' in one);
  }

  async add({ records, lines, people }: Day): Promise<void> {
    const n = ++this.#day;
    if (n === 1) this.#addCrowd();
    for (const one of records) this.#records.set(`${one.key}`, record(one, n));
    for (const one of lines) this.#lines.set(`${one.key}`, line(one, n));
    const sources = [customers('web_customers', [...this.#records.values()]), orderLines([...this.#lines.values()])];
    const before = this.#entries;
    this.#entries = { ...before };
    for (const source of sources) await this.#load(source);
    for (const { key, person } of people) this.#people.set(`web_customers ${key}`, `person ${person}`);
    const assigned = { sources, people: Object.fromEntries(this.#people) };
    const assignments = await this.#given('stitch', 'assignments', assignmentsOf(assigned));
    const last = before['stitch.assignments'];
    // Compared as if there were many more, so that few count as changed.
    const compared = last && { now: assignments, last, records: 1_000_000 };
    const changes = compared && (await changedAssignments(this.#warehouse, compared, asOf));
    this.#entries['stitch.assignments'] = { ...assignments, ...changes };
    for (const definition of this.#definitions) await this.#build(definition, before);
  }

  /**
   * Others whom nothing ever touches, so that what changes is little and is laid over the last versions; and of those that
   * are touched an order that is not.
   */
  #addCrowd(): void {
    for (let key = 0; key < KEYS; key++)
      this.#lines.set(
        `${200 + key}`,
        line({ key: 200 + key, order: 200 + key, customer: key, paid: 1, updated: 0 }, 1),
      );
    for (let key = 100; key < 200; key++) {
      this.#records.set(`${key}`, record({ key, number: key, mail: key, street: key, changed: 0 }, 1));
      this.#lines.set(`${key}`, line({ key, order: key, customer: key, paid: 1, updated: 0 }, 1));
    }
  }

  /** Tables whose rows are not those that their SQL gives of the domain tables and Stitch's as they are now. */
  async differences(): Promise<Record<string, unknown[]>> {
    const found: Record<string, unknown[]> = {};
    const whole = { ...this.#entries };
    for (const { name, sql } of this.#definitions) {
      const entry = this.#entry('customer360', `whole_${name}`, `whole_${name}__${this.#day}`);
      Object.assign(entry, await this.#warehouse.build(entry, { name, sql, tables: Object.values(whole), asOf }));
      whole[`customer360.${name}`] = { ...entry, name };
      const [expected, seen] = await Promise.all(
        [entry, this.#entries[`customer360.${name}`]].map((one) => this.#rows(one)),
      );
      if (JSON.stringify(expected) !== JSON.stringify(seen)) found[name] = [expected, seen];
    }
    return found;
  }

  async #rows(entry: TableEntry | undefined): Promise<string[]> {
    const sql = `SELECT * FROM ${entry?.schema}.${entry?.name}`;
    const query = { name: 'rows', sql, tables: entry ? [entry] : [], asOf };
    return (await this.#warehouse.query(query, { limit: 1000 })).rows.map((row) => JSON.stringify(row)).sort();
  }

  async #load(source: Source): Promise<void> {
    const marked: Source = { ...source, columns: { ...source.columns, _load: ['Integer'] } };
    const entry = await this.#given('domain', source.name, valuesOf(marked), source.name);
    this.#entries[`domain.${source.name}`] = {
      ...entry,
      loads: { generation: source.name, last: this.#day, whole: 1 },
    };
  }

  async #build(definition: RenewableTable, before: Record<string, TableEntry>): Promise<void> {
    const { name, sql } = definition;
    const last = before[`customer360.${name}`];
    const tables = Object.values(this.#entries);
    const known = (table: string) => this.#entries[table];
    const reads = translate(sql, { tables: printName, asOf }).reads.map(printName).filter(known);
    const renewal = renewalOf(definition, reads, this.#entries);
    const inputs = Object.fromEntries(reads.map((read) => [read, known(read)?.version ?? '']));
    const tells = renewal && askedOf(`customer360.${name}`, renewal, this.#renewals());
    const planned = { schema: 'customer360' as const, name, why: '', version: `${this.#day}`, inputs, tells };
    const physical = `${name}__${this.#day}`;
    const query = { name, sql, tables, asOf };
    const made = { ...this.#entry('customer360', name, physical), inputs };
    const built =
      last && renewal
        ? await renewTable(this.#warehouse, { table: planned, last, renewal, physical }, query)
        : await this.#warehouse.build({ schema: 'customer360', physical }, query);
    const saw = { web_customers: this.#day, web_order_lines: this.#day };
    this.#entries[`customer360.${name}`] = { ...made, ...built, saw };
  }

  /** Of all tables, as far as the first day has built what they read. */
  #renewals() {
    return this.#definitions.map((definition) => {
      const reads = translate(definition.sql, { tables: printName, asOf }).reads.map(printName);
      return renewalOf(definition, reads, this.#entries);
    });
  }

  /** A table of DuckDB SQL, as files and Stitch give it. */
  async #given(
    schema: TableEntry['schema'],
    name: string,
    sql: string,
    physical = `${name}__${this.#day}`,
  ): Promise<TableEntry> {
    const key = `given/${physical}-${this.#day}.parquet`;
    await this.#put(key, sql);
    return { ...this.#entry(schema, name, physical), ...(await this.#warehouse.attach({ schema, physical }, key)) };
  }

  #entry(schema: TableEntry['schema'], name: string, physical: string): TableEntry {
    const made = { built_at: '', run_id: '', definition: '', inputs: {}, rows: 0, columns: [] };
    return { schema, name, physical, version: `${this.#day}`, ...made };
  }
}

it('gives the rows of a full build when only what changed is made anew, day after day, whatever changes', async () => {
  await fc.assert(
    fc.asyncProperty(day(KEYS), day(3), day(3), async (...days) => {
      const { warehouse, put } = await openDuckDb({ threads: 1 });
      const tenant = new Days(warehouse, put);
      for (const one of days) await tenant.add(one);
      expect(await tenant.differences()).toEqual({});
      await warehouse.close();
    }),
    { numRuns: 4, endOnFailure: true },
  );
}, 180_000);
