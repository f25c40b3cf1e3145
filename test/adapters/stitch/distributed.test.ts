import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FilesystemObjects } from '../../../adapters/objects/filesystem.ts';
import { DuckDbWarehouse } from '../../../adapters/sql/duckdb.ts';
import { createSpreadStitch } from '../../../adapters/stitch/duckdb.ts';
import type { TableEntry } from '../../../core/contracts/catalog.ts';
import { StitchSettings } from '../../../core/contracts/customer360.ts';
import type { Services } from '../../../core/ports.ts';
import { ident } from '../../../core/sql/quote.ts';
import { StitchModel } from '../../../core/stitch/model.ts';
import { StitchSpread } from '../../../core/workflows/spread-stitch.ts';
import { stitchPiece } from '../../../core/workflows/steps/stitch-piece.ts';
import { customers } from '../../support/customers.ts';
import { readTable, runStitch, type StitchRecord, temporaryFolder, writeRecords } from '../../support/stitch-runs.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const asOf = '2026-01-01T00:00:00Z';

/** A distributed run on this machine: its statements by DuckDB, its pieces one after the other. Gives the folder of its tables. */
async function stitchSpread(name: string, records: StitchRecord[], settings: StitchSettings): Promise<string> {
  const home = join(folder, name);
  const [objectsFolder, spillFolder, scratch, outFolder] = ['objects', 'spill', 'scratch', 'out'].map((each) => join(home, each)) as [string, string, string, string];
  for (const each of [objectsFolder, spillFolder, scratch]) mkdirSync(each, { recursive: true });
  const objects = new FilesystemObjects(objectsFolder);
  await objects.adopt(await writeRecords(join(home, 'given.parquet'), records), 'given.parquet');
  const warehouse = await DuckDbWarehouse.open({ file: join(home, 'tables.duckdb'), objects, objectsFolder, spillFolder });
  try {
    const table = { schema: 'domain', physical: 'records' } as const;
    const { columns } = await warehouse.attach(table, 'given.parquet');
    const about = { name: 'records', version: '1', built_at: asOf, run_id: '1', definition: '1', inputs: {} };
    const entry: TableEntry = { ...table, ...about, columns };
    const names = columns.map((column) => column.name).filter((each) => !['datasource', 'pk'].includes(each));
    const sql = `SELECT ${['datasource', 'pk', ...names].map((each) => `t.${ident(each)}`).join(', ')} FROM domain.records t`;
    const spread = createSpreadStitch({ threads: 2 });
    const services = { objects, warehouse, scratch, spread } as unknown as Services;
    const run = { runId: 'run-1', asOf };
    const of = new StitchSpread(services, run);
    const pieces = async (stage: 'standardise' | 'clean' | 'compare', count: number) => {
      expect(count).toBeGreaterThan(1);
      for (let piece = 0; piece < count; piece++) {
        await stitchPiece({ run_id: 'run-1', as_of: asOf, configuration_version: '1', stage, piece }, services);
      }
    };
    await pieces('standardise', await of.records({ sql, tables: [entry] }, names.sort(), settings));
    await pieces('clean', await of.values());
    await pieces('compare', await of.buckets());
    await spread.conclude({
      ...{ tenant: 'acme', settings, outFolder, asOf, runId: 'run-1', signal: new AbortController().signal },
      plan: await of.plan(),
      told: await objects.locateAll(of.key('told')),
    });
    return outFolder;
  } finally {
    await warehouse.close();
  }
}

const made = customers(1200, 3).records;
/** Records that say the same, a shared e-mail, keys of two lengths, and somebody whom a label parts. */
const odd: StitchRecord[] = [
  ...made.slice(0, 40).map((record) => ({ ...record, datasource: 'again' })),
  ...Array.from({ length: 30 }, (_, n) => ({
    datasource: 'web',
    pk: `shared-${n}`,
    given_name: `NAME${String.fromCharCode(65 + n)}`,
    surname: 'ÅKERMAN',
    email: 'office@example.org',
  })),
];
const [first, second] = made as [StitchRecord, StitchRecord];
const settings = StitchSettings.parse({
  id: 'stitch/main',
  labels: [
    { label: 'x', partition: '1', datasource: first.datasource, pk: first.pk },
    { label: 'x', partition: '1', datasource: second.datasource, pk: second.pk },
  ],
});

describe('a distributed run', () => {
  const whole = join(folder, 'whole');
  let spread: string;
  beforeAll(async () => {
    const records = [...made, ...odd];
    await runStitch({ records: await writeRecords(join(folder, 'whole.parquet'), records), outFolder: whole }, settings);
    spread = await stitchSpread('spread', records, settings);
  }, 600_000);

  test('gives every record the id that one machine gives it', async () => {
    const [one, other] = [await readTable(whole, 'assignments'), await readTable(spread, 'assignments')];
    expect(one.length).toBe(made.length + odd.length);
    expect(other).toEqual(one);
  });

  test('learns the same model, to the last digit', () => {
    const [one, other] = [whole, spread].map((each) => StitchModel.parse(JSON.parse(readFileSync(join(each, 'model.json'), 'utf8'))));
    expect({ ...other, input: undefined }).toEqual({ ...one, input: undefined });
  });

  test.each(['unified_preprocessed_raw', 'unified_scores', 'stitch_scores', 'stitch_bad_values', 'stitch_blocklist_values', 'id_ledger'] as const)(
    'publishes the same %s',
    async (table) => {
      expect(await readTable(spread, table)).toEqual(await readTable(whole, table));
    },
  );
});
