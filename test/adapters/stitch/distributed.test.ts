import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import { StitchSettings } from '../../../core/contracts/customer360.ts';
import { text } from '../../../core/sql/quote.ts';
import { StitchModel } from '../../../core/stitch/model/model.ts';
import { customers } from '../../support/customers.ts';
import { spreadStitch } from '../../support/spread-runs.ts';
import { readTable, runStitch, type StitchRecord, temporaryFolder, writeRecords } from '../../support/stitch-runs.ts';
import { openDuckDb } from '../../support/warehouse.ts';

const folder = temporaryFolder();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const made = customers(1200, 3).records;
/** Records that say the same, a shared e-mail, keys of several lengths, a name that so many have that its block is refined, and a label. */
const odd: StitchRecord[] = [
  ...made.slice(0, 40).map((record) => ({ ...record, datasource: 'again' })),
  ...Array.from({ length: 30 }, (_, n) => ({
    datasource: 'web',
    pk: `shared-${n}`,
    given_name: `NAME${String.fromCharCode(65 + n)}`,
    surname: 'ÅKERMAN',
    email: 'office@example.org',
  })),
  ...Array.from({ length: 60 }, (_, n) => ({
    datasource: 'web',
    pk: `petra-${n}`,
    given_name: 'PETRA',
    surname: 'KELLER',
    birthdate: `19${40 + Math.floor(n / 2)}-05-01`,
    ...(n % 3 === 0 && { postal: `${10_000 + n}` }),
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
    const records = await writeRecords(join(folder, 'whole.parquet'), [...made, ...odd]);
    await runStitch({ records, outFolder: whole }, settings);
    const { outFolder, buckets } = await spreadStitch({ home: await openDuckDb(), records, settings });
    expect(buckets).toBeGreaterThan(1);
    spread = outFolder;
  }, 600_000);

  test('gives every record the id that one machine gives it', async () => {
    const [one, other] = [await readTable(whole, 'assignments'), await readTable(spread, 'assignments')];
    expect(one.length).toBe(made.length + odd.length);
    expect(other).toEqual(one);
  });

  test('learns the same model, to the last digit', () => {
    const [one, other] = [whole, spread].map((each) =>
      StitchModel.parse(JSON.parse(readFileSync(join(each, 'model.json'), 'utf8'))),
    );
    expect({ ...other, input: undefined }).toEqual({ ...one, input: undefined });
  });

  test.each(['model_values', 'model_blocks'])('freezes the same %s', async (file) => {
    const session = await DuckDbSession.open();
    const [one, other] = await Promise.all(
      [whole, spread].map((each) =>
        session.rows(file, `FROM read_parquet(${text(join(each, `${file}.parquet`))}) ORDER BY ALL`),
      ),
    );
    session.close();
    expect(one).not.toEqual([]);
    expect(other).toEqual(one);
  });

  test.each([
    'unified_preprocessed_raw',
    'unified_scores',
    'stitch_scores',
    'stitch_bad_values',
    'stitch_blocklist_values',
    'id_ledger',
  ] as const)('publishes the same %s', async (table) => {
    expect(await readTable(spread, table)).toEqual(await readTable(whole, table));
  });
});
