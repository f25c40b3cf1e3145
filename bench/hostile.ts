import { mkdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DuckDbSession } from '../adapters/sql/duckdb/session.ts';
import { createStitchEngine } from '../adapters/stitch/duckdb.ts';
import { StitchSettings } from '../core/contracts/customer360.ts';
import { text } from '../core/sql/quote.ts';
import { hostileCases, recordsOf } from '../test/support/hostile-records.ts';

/** Stitch over data that means it ill, at its full size: seconds, memory, people, warnings. */
const folder = resolve('.bench', 'hostile');
await mkdir(folder, { recursive: true });
for (const { name, size, rows } of hostileCases) {
  const records = join(folder, 'records.parquet');
  const session = await DuckDbSession.open({ threads: 2 });
  await session.run('records', `COPY (${recordsOf(rows(size))}) TO ${text(records)} (FORMAT parquet)`);
  session.close();
  const started = performance.now();
  const outFolder = join(folder, 'out');
  const report = await createStitchEngine({ threads: 2, spillFolder: folder }).run({
    tenant: 'bench',
    records,
    settings: StitchSettings.parse({ id: 'stitch/main' }),
    outFolder,
    asOf: '2026-01-01T00:00:00Z',
    runId: 'bench',
    signal: new AbortController().signal,
  });
  const seconds = (performance.now() - started) / 1000;
  const megabytes = process.memoryUsage().rss / 1e6;
  console.log(
    `${name.padEnd(50)} ${seconds.toFixed(1).padStart(6)} s ${megabytes.toFixed(0).padStart(6)} MB  ${report.records} records, ${report.people} people`,
  );
  for (const warning of report.warnings) console.log(`  ${warning}`);
  await rm(outFolder, { recursive: true });
}
await rm(folder, { recursive: true });
