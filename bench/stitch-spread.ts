import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StitchSettings } from '../core/contracts/customer360.ts';
import { customers } from '../test/support/customers.ts';
import { spreadStitch } from '../test/support/spread-runs.ts';
import { writeRecords } from '../test/support/stitch-runs.ts';
import { openDuckDb } from '../test/support/warehouse.ts';

/**
 * What a distributed run of Stitch takes of processors, and the bytes that its pieces hand to each other: for `npm run cost`
 * (infra/cost/stitch.ts). `node bin/run.mjs bench/stitch-spread.ts [records.parquet]`; without a file, of made-up people.
 */
const home = mkdtempSync(join(tmpdir(), 'spread-'));
const [given] = process.argv.slice(2);
const records = given ?? (await writeRecords(join(home, 'records.parquet'), customers(20_000).records));
const settings = StitchSettings.parse({ id: 'stitch/main' });
const duckdb = await openDuckDb();
await spreadStitch({
  home: duckdb,
  records,
  settings,
  async watch(stage, work) {
    const before = process.cpuUsage();
    const result = await work();
    const { user, system } = process.cpuUsage(before);
    console.log(`${stage.padEnd(12)} ${((user + system) / 1e6).toFixed(1)} s of processors`);
    return result;
  },
});
const kept = await duckdb.objects.list('');
const folderOf = (key: string) =>
  key
    .split('/')
    .slice(0, key.startsWith('stitch/') ? 5 : 3)
    .join('/');
for (const folder of new Set(kept.map(({ key }) => folderOf(key)))) {
  const bytes = kept.filter(({ key }) => folderOf(key) === folder).reduce((sum, each) => sum + each.bytes, 0);
  console.log(`${folder.padEnd(60)} ${(bytes / 1e6).toFixed(1)} MB`);
}
rmSync(home, { recursive: true });
