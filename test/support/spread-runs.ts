import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSpreadStitch } from '../../adapters/stitch/duckdb.ts';
import type { TableEntry } from '../../core/contracts/catalog.ts';
import type { StitchSettings } from '../../core/contracts/customer360.ts';
import type { Services } from '../../core/ports.ts';
import { ident } from '../../core/sql/quote.ts';
import { SpreadRun } from '../../core/workflows/spread-run.ts';
import {
  chooseSpreadRules,
  fillBuckets,
  findShared,
  spreadRecords,
  type ToSpread,
} from '../../core/workflows/spread-stages.ts';
import { stitchPiece } from '../../core/workflows/steps/stitch-piece.ts';

const asOf = '2026-01-01T00:00:00Z';
const of = { run_id: 'run-1', as_of: asOf, configuration_version: '1' };
const stages = ['standardise', 'clean', 'compare'] as const;

/** What a distributed run is made of, as it is done. */
export type SpreadStage = 'records' | 'values' | 'rules' | 'buckets' | 'conclude' | (typeof stages)[number];

interface Spreading {
  /** The tables and objects of an environment without any. */
  home: Pick<Services, 'warehouse' | 'objects'>;
  /** A Parquet of tagged records, which is moved. */
  records: string;
  settings: StitchSettings;
  /** The folder of the last run, whose ids are kept; and its model, or why none is gone by. */
  previous?: string;
  model?: Pick<ToSpread, 'model' | 'trains'>;
  /** Does a stage, and may look at the clock. */
  watch?: <T>(stage: SpreadStage, work: () => Promise<T>) => Promise<T>;
}

/**
 * A distributed run without state machine or functions: its statements by a home's engine, its pieces one after the other. Gives
 * the folder of its tables.
 */
export async function spreadStitch({
  home,
  records,
  settings,
  previous,
  model = { trains: 'there was none before' },
  watch = (_stage, work) => work(),
}: Spreading) {
  const { objects, warehouse } = home;
  const folder = await mkdtemp(join(tmpdir(), 'spread-'));
  const [scratch, outFolder] = [join(folder, 'scratch'), join(folder, 'out')];
  await mkdir(scratch);
  await objects.adopt(records, 'given.parquet');
  try {
    const { entry, columns, sql } = await given(warehouse);
    const spread = createSpreadStitch({ threads: 2 });
    const services = { objects, warehouse, scratch, spread } as unknown as Services;
    const run = new SpreadRun(services, { runId: of.run_id, asOf });
    const pieces = async (stage: (typeof stages)[number]) => {
      const plan = await run.plan();
      const count = (stage === 'compare' ? plan.buckets : plan.parts).length;
      await watch(stage, async () => {
        for (let piece = 0; piece < count; piece++) await stitchPiece({ ...of, stage, piece }, services);
      });
      return count;
    };
    await watch('records', () => spreadRecords(run, { sql, tables: [entry], columns, settings, ...model }));
    await pieces('standardise');
    for (let filled: number | undefined; filled === undefined; ) {
      await watch('values', () => findShared(run));
      await pieces('clean');
      await watch('rules', () => chooseSpreadRules(run));
      filled = await watch('buckets', () => fillBuckets(run));
    }
    const buckets = await pieces('compare');
    const request = {
      tenant: 'acme',
      settings,
      ...(previous !== undefined && { previous }),
      outFolder,
      asOf,
      runId: of.run_id,
      signal: new AbortController().signal,
    };
    const plan = await run.plan();
    const told = await objects.locateAll(run.told(plan).replace(/\/$/, ''));
    const frozen = await run.frozen(plan);
    const report = await watch('conclude', () => spread.conclude({ ...request, plan, told, frozen }));
    return { outFolder, report, plan, buckets };
  } finally {
    await warehouse.close();
  }
}

/** The records as a domain table of an environment. */
async function given(warehouse: Services['warehouse']) {
  const table = { schema: 'domain', physical: 'records' } as const;
  const { columns } = await warehouse.attach(table, 'given.parquet');
  const about = { name: 'records', version: '1', built_at: asOf, run_id: '1', definition: '1', inputs: {} };
  const entry: TableEntry = { ...table, ...about, columns };
  const names = columns.map(({ name }) => name).filter((name) => !['datasource', 'pk'].includes(name));
  const list = ['datasource', 'pk', ...names].map((name) => `t.${ident(name)}`);
  return { entry, columns: names, sql: `SELECT ${list.join(', ')} FROM domain.records t` };
}
