import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import { customers } from '../support/customers.ts';
import { spreadStitch } from '../support/spread-runs.ts';
import { readTable, runStitch, writeRecords } from '../support/stitch-runs.ts';
import { sharedEmulator } from './emulator.ts';
import { athenaLake, homeOf } from './lake-homes.ts';

const aws = await sharedEmulator();

it('Stitch spread over Athena gives the people that one machine gives', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spread-'));
  const settings = StitchSettings.parse({ id: 'stitch/main' });
  const records = await writeRecords(join(folder, 'records.parquet'), customers(1200, 3).records);
  const outFolder = join(folder, 'whole');
  await runStitch({ records, outFolder });
  const spread = await spreadStitch({ home: homeOf(await athenaLake(aws)), records, settings });

  expect(spread.buckets).toBeGreaterThan(1);
  const whole = await readTable(outFolder, 'assignments');
  expect(whole.length).toBeGreaterThan(1200);
  expect(await readTable(spread.outFolder, 'assignments')).toEqual(whole);
});
