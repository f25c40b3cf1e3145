import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createFileReader } from '../../adapters/files/reader.ts';
import { createStitchEngine } from '../../adapters/stitch/duckdb.ts';
import type { Run, RunRequest } from '../../core/contracts/runs.ts';
import { publishedTables } from '../../core/environments/catalog.ts';
import { ConfigurationStore } from '../../core/environments/configuration-store.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { headConfiguration } from '../../core/environments/load-configuration.ts';
import { newRun } from '../../core/workflows/launch.ts';
import { type LocalEnvironment, openEnvironment } from '../../local/environment.ts';
import { inboxFolder } from '../../local/home.ts';

/** A tenant on this machine, in a folder of its own, whose engines run in this process. */
export class TestTenant {
  readonly home: string;
  readonly environment: LocalEnvironment;
  #runs = 0;

  private constructor(home: string, environment: LocalEnvironment) {
    this.home = home;
    this.environment = environment;
  }

  static async open(documents: unknown[], home?: string): Promise<TestTenant> {
    const folder = home ?? (await mkdtemp(join(tmpdir(), 'tenant-')));
    const spillFolder = join(folder, 'spill');
    const engine = {
      files: createFileReader({ threads: 2, spillFolder }),
      stitch: createStitchEngine({ threads: 2, spillFolder }),
    };
    const tenant = new TestTenant(folder, await openEnvironment(folder, 'test', 'production', engine));
    await tenant.configure(documents);
    return tenant;
  }

  /** Makes these documents the whole configuration. */
  async configure(documents: unknown[]): Promise<void> {
    const store = new ConfigurationStore(this.environment.objects);
    const parsed = documents.map((document) => parseDocument(document));
    await store.commit(await store.head(), parsed, { author: 'test', at: new Date(), message: 'test' });
  }

  /** Puts a file into the inbox. */
  async drop(name: string, content: string | Uint8Array): Promise<void> {
    const path = join(inboxFolder(this.home, 'test'), name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }

  /** Takes a file out of the inbox; what was landed of it stays. */
  async withdraw(name: string): Promise<void> {
    await rm(join(inboxFolder(this.home, 'test'), name));
  }

  /** Takes a file out of the inbox and out of the landing, so that no later run tries it again. */
  async forget(name: string): Promise<void> {
    await this.withdraw(name);
    const base = name.slice(name.lastIndexOf('/') + 1);
    for (const { key } of await this.environment.objects.list('landings/')) {
      const found = await this.environment.objects.get(key);
      if (found && key.includes('/files/') && Buffer.from(found.body).toString().includes(base))
        await this.environment.objects.delete(key);
    }
  }

  /** Runs the tenant's group to its end. */
  async run(request: Partial<RunRequest> = {}): Promise<Run> {
    const { environment } = this;
    const run = newRun(
      await headConfiguration(environment.objects),
      { courier_group: 'courier-group/daily', ingest_only: false, skip_missing: false, refresh: 'normal', ...request },
      {
        tenant: 'test',
        environment: 'production',
        principal: 'test',
        now: new Date(),
        entropy: (this.#runs++).toString(16).padStart(4, '0'),
      },
    );
    await environment.workflows.start(run);
    return (await environment.workflows.ended(run.id)) ?? run;
  }

  /** The rows of a query over what is published, as objects. */
  async query(sql: string): Promise<Record<string, unknown>[]> {
    const tables = Object.values(await publishedTables(this.environment.objects));
    const query = { name: 'test', sql, tables, asOf: '2026-11-01T00:00:00Z' };
    const { columns, rows } = await this.environment.warehouse.query(query, { limit: 100_000 });
    return rows.map((row) => Object.fromEntries(columns.map((column, n) => [column.name, row[n]])));
  }

  async close(): Promise<void> {
    await this.environment.close();
    await rm(this.home, { recursive: true, force: true });
  }
}

/** Lines of CSV from rows of cells. */
export const csv = (...rows: (string | number)[][]): string => `${rows.map((row) => row.join(',')).join('\n')}\n`;

/** Documents of a tenant with a file of customers and a file of order lines a day. */
export const shopDocuments = [
  { id: 'tenant/test', name: 'test' },
  { id: 'stitch/default' },
  { id: 'merge-policy/default', sources: [{ datasource: 'web_customers', priority: 1 }] },
  {
    id: 'courier/web',
    type: 'folder',
    settings: { path: 'web' },
    files: [
      { name: 'customers', pattern: '{yyyy}-{MM}-{dd}/customers*.csv', format: { type: 'csv' } },
      { name: 'lines', pattern: '{yyyy}-{MM}-{dd}/lines*.csv', format: { type: 'csv' }, optional: true },
    ],
    loads: [
      { feed: 'feed/web-customers', file: 'customers' },
      { feed: 'feed/web-lines', file: 'lines' },
    ],
  },
  {
    id: 'feed/web-customers',
    source: 'web',
    name: 'customers',
    stitch: true,
    primary_key: ['id'],
    last_updated: 'updated_at',
    fields: [
      { field: 'id', required: true, semantics: ['ck', 'fk-customer'] },
      { field: 'given_name', semantics: ['given-name'] },
      { field: 'surname', semantics: ['surname'] },
      { field: 'email', semantics: ['email'] },
      { field: 'birth_date', type: 'Date', semantics: ['birthdate'] },
      { field: 'updated_at', type: 'Datetime', required: true, semantics: ['update-dt'] },
    ],
  },
  {
    id: 'feed/web-lines',
    source: 'web',
    name: 'lines',
    primary_key: ['order_id', 'product_id'],
    fields: [
      { field: 'order_id', required: true, semantics: ['txn-item/order-id'] },
      { field: 'product_id', required: true, semantics: ['txn-item/product-id'] },
      { field: 'customer_id', semantics: ['fk-customer'] },
      { field: 'ordered_at', type: 'Datetime', semantics: ['txn-item/order-datetime'] },
      { field: 'quantity', type: 'Integer', semantics: ['txn-item/item-quantity'] },
      { field: 'revenue', type: 'Decimal(38,4)', semantics: ['txn-item/item-revenue'] },
      { field: 'order_discount', type: 'Decimal(38,4)', semantics: ['txn-item/order-discount-amount'] },
      { field: 'is_return', type: 'Boolean', semantics: ['txn-item/is-return'] },
      { field: 'is_cancellation', type: 'Boolean', semantics: ['txn-item/is-cancellation'] },
      { field: 'brand', semantics: ['txn-item/purchase-brand'] },
      { field: 'channel', semantics: ['txn-item/purchase-channel'] },
      { field: 'store_id', semantics: ['txn-item/store-id'] },
    ],
  },
  { id: 'courier-group/daily', couriers: [{ courier: 'courier/web' }] },
];
