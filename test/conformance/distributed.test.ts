import { readFileSync, rmSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DuckDbSession } from '../../adapters/sql/duckdb/session.ts';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import { text } from '../../core/sql/quote.ts';
import { StitchModel } from '../../core/stitch/model/model.ts';
import { customers } from '../support/customers.ts';
import { spreadStitch } from '../support/spread-runs.ts';
import { readTable, runStitch, type StitchRecord, temporaryFolder, writeRecords } from '../support/stitch-runs.ts';
import { openDuckDb } from '../support/warehouse.ts';

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

/** A run of one machine, then of the same records and a few more on one machine and on many. */
async function followed(name: string, more: readonly StitchRecord[]) {
  const [first, second, one] = ['first', 'second', 'one'].map((part) => join(folder, `${name}-${part}`)) as [
    string,
    string,
    string,
  ];
  await runStitch({ records: await writeRecords(`${first}.parquet`, made), outFolder: first });
  const records = await writeRecords(`${second}.parquet`, [...made, ...more]);
  await runStitch({ records, outFolder: one, previous: first });
  const home = await openDuckDb();
  for (const file of await readdir(first)) await home.objects.put(`last/${file}`, await readFile(join(first, file)));
  const known = StitchModel.parse(JSON.parse(readFileSync(join(first, 'model.json'), 'utf8')));
  const settings = StitchSettings.parse({ id: 'stitch/main' });
  const model = { model: { known, folder: 'last' } };
  const spread = await spreadStitch({ home, records, settings, previous: first, model });
  return { one, known, ...spread };
}

describe('a distributed run that follows another', () => {
  test('goes by its model while that fits, and gives the ids of one machine', async () => {
    const { one, outFolder, report, known } = await followed('fits', odd.slice(0, 40));
    expect(report.model).toEqual({ trained_by: known.origin?.run });
    for (const table of ['assignments', 'unified_scores', 'id_ledger'] as const)
      expect(await readTable(outFolder, table)).toEqual(await readTable(one, table));
  }, 600_000);

  test('trains another where blocks have outgrown it', async () => {
    const idas = Array.from({ length: 450 }, (_, n) => ({
      ...{ datasource: 'web', pk: `ida-${n}`, given_name: 'IDA', surname: 'LINDQVIST' },
      birthdate: `19${10 + (n % 80)}-0${1 + (n % 9)}-11`,
      postal: `${10_000 + n}`,
    }));
    const { one, outFolder, report } = await followed('outgrown', idas);
    expect(report.model?.why).toMatch(/blocks have grown/);
    for (const table of ['assignments', 'id_ledger'] as const)
      expect(await readTable(outFolder, table)).toEqual(await readTable(one, table));
  }, 600_000);
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
