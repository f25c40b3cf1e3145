import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { createStitchEngine } from '../../adapters/stitch/duckdb.ts';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import { text } from '../../core/sql/quote.ts';
import { datasetsFolder, haveDatasets, labelledSets, writeLabelledSet } from '../support/labelled-sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'stitch-accuracy-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One build, no settings of a set's own; the truth is read by the scorer alone. */
const bars: Record<string, number> = { febrl2: 0.97, febrl4: 0.97, rldata500: 0.97, splink_fake1000: 0.85 };

async function f1Of(name: string): Promise<number> {
  const set = labelledSets.find((each) => each.name === name);
  if (set === undefined) throw new Error(`no set ${name}`);
  const { records, truth } = await writeLabelledSet(set, folder);
  const outFolder = join(folder, name);
  await createStitchEngine({ threads: 2 }).run({
    tenant: 'acme',
    records,
    settings: StitchSettings.parse({ id: 'stitch/main' }),
    outFolder,
    asOf: '2026-01-01T00:00:00Z',
    runId: 'run-1',
    signal: new AbortController().signal,
  });
  const found = join(folder, `${name}.csv`);
  const session = await DuckDbSession.open();
  const assignments = `read_parquet(${text(join(outFolder, 'assignments.parquet'))})`;
  await session.run('found', `COPY (SELECT pk AS record_id, amp_id FROM ${assignments}) TO ${text(found)} (HEADER)`);
  session.close();
  const scorer = join(datasetsFolder, '..', 'tools', 'score-clusters.mjs');
  return JSON.parse(execFileSync(process.execPath, [scorer, truth, found]).toString()).f1;
}

if (!haveDatasets) {
  console.warn(`skipped: no labelled data sets in ${datasetsFolder}`);
}

for (const [name, bar] of Object.entries(bars)) {
  test.runIf(haveDatasets)(`people of ${name} are found with an F1 of ${bar} or more`, async () => {
    expect(await f1Of(name)).toBeGreaterThanOrEqual(bar);
  });
}
