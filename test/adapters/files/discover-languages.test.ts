import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFileReader } from '../../../adapters/files/reader.ts';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import type { DiscoveredFeed } from '../../../core/contracts/discover.ts';
import { text } from '../../../core/sql/quote.ts';
import { FileBench } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const reader = createFileReader({ threads: 2, memoryLimit: '1GB' });
const discover = async (name: string, content: string) =>
  reader.discover(await bench.write(name, content), name, { source: 'shop' });
const tagsOf = ({ feed }: DiscoveredFeed) =>
  Object.fromEntries(feed.fields.flatMap(({ field, semantics }) => semantics.map((tag) => [tag, field])));
const typesOf = ({ feed }: DiscoveredFeed) => Object.fromEntries(feed.fields.map(({ field, type }) => [field, type]));
const lines = (count: number, row: (i: number) => string) => Array.from({ length: count }, (_, i) => row(i)).join('\n');

/** The rows of a file by the ingest query that was discovered. */
async function ingested(name: string, { ingest_query }: DiscoveredFeed): Promise<Record<string, unknown>[]> {
  const session = await DuckDbSession.open();
  try {
    const file = `SELECT * FROM read_csv(${text(join(bench.folder, name))})`;
    return await session.rows('rows', `WITH file AS (${file}) ${ingest_query} ORDER BY id`);
  } finally {
    session.close();
  }
}

describe('a file in another language', () => {
  it('reads days as they are written in Chinese, Japanese and Korean', async () => {
    const row = (i: number) =>
      `${i},19${60 + (i % 40)}年${(i % 12) + 1}月${(i % 28) + 1}日,19${60 + (i % 40)}년 ${(i % 12) + 1}월 3일`;
    const found = await discover('days.csv', `id,生年月日,생일\n${lines(200, row)}\n`);
    expect(typesOf(found)).toMatchObject({ 生年月日: 'Date', 생일: 'Date' });
    expect(tagsOf(found)).toMatchObject({ birthdate: '生年月日' });
  });

  it('puts a comma behind a surname that stands in front, as the name of the field says', async () => {
    const names = ['ROSSI MARIO', '"BIANCHI, ANNA MARIA"', 'VERDI', 'De Luca Maria Pia', 'DELLA VALLE UGO'];
    const found = await discover('names.csv', `id,COGNOME_NOME\n${lines(5, (i) => `${i},${names[i]}`)}\n`);
    expect(tagsOf(found)).toMatchObject({ 'full-name': 'full_name' });
    const rows = await ingested('names.csv', found);
    expect(rows.map(({ full_name }) => full_name)).toEqual([
      'ROSSI, MARIO',
      'BIANCHI, ANNA MARIA',
      'VERDI',
      'De Luca, Maria Pia',
      'DELLA VALLE, UGO',
    ]);
  });
});
