import { afterAll, beforeAll, expect, test } from 'vitest';
import { TestApi } from '../support/api.ts';
import { csv, shopDocuments } from '../support/tenant.ts';

let api: TestApi;

beforeAll(async () => {
  const copies = Array.from({ length: 3 }, (_copy, n) => ({
    id: `table/copy-${n}`,
    database: 'customer360',
    name: `copy_${n}`,
    sql: 'SELECT c.pk, c.surname FROM customer360.unified_coalesced c',
  }));
  api = await TestApi.open([...shopDocuments, ...copies]);
  await deliver('2026-11-01', 'before');
});
afterAll(() => api.close());

async function deliver(day: string, surname: string): Promise<void> {
  const people = ['1', '2', '3'].map((id) => [id, 'Ada', surname, '', '', `${day}T00:00:00Z`]);
  const header = ['id', 'given_name', 'surname', 'email', 'birth_date', 'updated_at'];
  await api.tenant.drop(`web/${day}/customers.csv`, csv(header, ...people));
  const run = await api.tenant.run();
  if (run.state !== 'succeeded') throw new Error(run.error?.message.slice(0, 500));
}

test('who reads while runs publish is always answered, and always with one version of the database', async () => {
  const sql = `SELECT DISTINCT surname FROM (
    SELECT surname FROM customer360.copy_0 UNION ALL SELECT surname FROM customer360.copy_1
    UNION ALL SELECT surname FROM customer360.copy_2 UNION ALL SELECT surname FROM customer360.unified_coalesced) t`;
  let publishing = true;
  const runs = deliver('2026-11-02', 'during')
    .then(() => deliver('2026-11-03', 'after'))
    .finally(() => {
      publishing = false;
    });
  const seen = new Set<string>();
  while (publishing) {
    const { rows } = await api.ok<{ rows: string[][] }>('POST', '/queries', { sql });
    seen.add(JSON.stringify(rows.flat()));
  }
  await runs;
  for (const surnames of seen) expect(['["before"]', '["during"]', '["after"]']).toContain(surnames);
  expect(await api.ok('POST', '/queries', { sql })).toMatchObject({ rows: [['after']] });
}, 120_000);
