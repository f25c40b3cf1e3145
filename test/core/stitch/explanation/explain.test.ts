import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { DuckDbSession } from '../../../../adapters/sql/duckdb/session.ts';
import { text } from '../../../../core/sql/quote.ts';
import { explainPair } from '../../../../core/stitch/explanation/explain.ts';
import { StitchModel } from '../../../../core/stitch/model/model.ts';
import type { StandardRecord } from '../../../../core/stitch/records/standard-record.ts';
import { customers } from '../../../support/customers.ts';
import { readTable, runStitch, temporaryFolder, writeRecords } from '../../../support/stitch-runs.ts';

const folder = temporaryFolder();

test('an explanation of any accepted pair gives the score that the run gave', async () => {
  const records = await writeRecords(join(folder, 'in.parquet'), customers(800, 4).records);
  await runStitch({ records, outFolder: folder });
  const model = StitchModel.parse(JSON.parse(readFileSync(join(folder, 'model.json'), 'utf8')));
  const rows = await readTable<StandardRecord & { datasource: string; pk: string }>(
    folder,
    'unified_preprocessed_raw',
    '* REPLACE (birthdate::VARCHAR AS birthdate)',
  );
  const byKey = new Map(rows.map((row) => [`${row.datasource}/${row.pk}`, row]));
  const session = await DuckDbSession.open();
  const common = await session.rows<{ semantic: string; value: string; n: number }>(
    'held',
    `SELECT * FROM read_parquet(${text(join(folder, 'model_values.parquet'))})`,
  );
  session.close();
  const pairs = await readTable<{
    source1: string;
    pk1: string;
    source2: string;
    pk2: string;
    score: number;
    match_type: string;
  }>(folder, 'stitch_scores');
  const scored = pairs.filter((pair) => pair.match_type !== 'trivial_duplicate');

  expect(scored.length).toBeGreaterThan(300);
  for (const { source1, pk1, source2, pk2, score } of scored) {
    const [a, b] = [byKey.get(`${source1}/${pk1}`) ?? {}, byKey.get(`${source2}/${pk2}`) ?? {}];
    const told = explainPair(a, b, model, { common });
    expect([pk1, pk2, told.score]).toEqual([pk1, pk2, score]);
    const sum = told.evidence.reduce((total, { weight }) => total + weight, told.prior + told.household);
    expect(sum).toBeCloseTo(told.weight, 6);
  }
});
