import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanRecords } from '../../../adapters/files/formats/records.ts';
import { FileBench, feedOf } from '../../support/files.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const cell = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r\n', '|', '\t'), maxLength: 8 });
const quoted = (value: string) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);

it('records are found on the lines where the engine has them, whatever is quoted', async () => {
  const rows = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom('\n', '\r\n'), async (cells, end) => {
      const records = cells.map(([a, b], index) => `${index},${quoted(a)},${quoted(b)},x`);
      const content = `id,a,b,n${end}${records.join(end)}${end}`;
      const { quarantine, counts } = await bench.read('random.csv', content, feedOf('id,a,b,n:Integer'));
      expect(counts).toMatchObject({ rows_read: cells.length, rows_rejected: cells.length });
      let line = 2;
      for (const [index, record] of records.entries()) {
        expect(quarantine[index]).toMatchObject({ line, column: 'n', value: 'x' });
        const [a = '', b = ''] = cells[index] ?? [];
        expect(JSON.parse(String(quarantine[index]?.raw))).toMatchObject({
          id: String(index),
          a: a === '' ? null : a,
          b: b === '' ? null : b,
        });
        line += (`${record}${end}`.match(/\r\n|\n|\r/g) ?? []).length;
      }
    }),
    { numRuns: 25 },
  );
});

it('no line is lost or doubled, whatever a damaged file holds', async () => {
  const damaged = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '1', '\r\n'), minLength: 1, maxLength: 200 });
  await fc.assert(
    fc.asyncProperty(damaged, async (content) => {
      const path = await bench.write('damaged.csv', content);
      const shape = { delimiter: ',', quote: '"', header: false, columns: 2, skipBlank: false };
      const found = [];
      for await (const batch of scanRecords(path, 'damaged.csv', shape, new AbortController().signal))
        found.push(...batch);
      const kept = found
        .map(({ bytes }) => bytes.toString())
        .join('')
        .replace(/[\r\n]/g, '');
      expect(kept).toBe(content.replace(/[\r\n]/g, ''));
    }),
  );
});

it('every line of NDJSON is a row or is quarantined by its number, whatever is between and within them', async () => {
  const line = fc.string({
    unit: fc.constantFrom(
      '{"id":1}',
      '{"id":\u2028"é"}',
      '{"id":',
      '}',
      '[1]',
      ' ',
      '\t',
      '\u00a0',
      '\u0001',
      'x',
      '{"n":0}',
    ),
    maxLength: 2,
  });
  const end = fc.constantFrom('\n', '\n', '\r\n', '\r');
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('', '\uFEFF'), fc.array(fc.tuple(line, end)), async (mark, lines) => {
      const content = mark + lines.flat().join('');
      const expected = content
        .replace(/^\uFEFF/, '')
        .split(/\r\n|\n|\r/)
        .flatMap((value, index) => (/^[ \t]*$/.test(value) ? [] : [{ line: index + 1, good: hasId(value) }]));
      const { counts, quarantine } = await bench.read('random.ndjson', content, feedOf('id'), {
        format: { type: 'ndjson' },
      });
      expect(counts.rows_read).toBe(expected.length);
      expect(quarantine.map((row) => Number(row.line))).toEqual(
        expected.filter(({ good }) => !good).map((one) => one.line),
      );
    }),
    { numRuns: 40 },
  );
});

it('bytes that are not UTF-8 are quarantined by line, and a file of Windows-1252 is read as such', async () => {
  const feed = feedOf('id,n:Integer');
  const line = (id: string, n: unknown) => `${JSON.stringify({ id, n })}\n`;
  const mixed = Buffer.concat([
    Buffer.from(line('Zoë', 1) + line('Åsa', 1)),
    Buffer.from(line('bé', 2), 'latin1'),
    Buffer.from(line('c', 'x')),
  ]);
  const { staged, quarantine } = await bench.read('mixed.ndjson', mixed, feed, { format: { type: 'ndjson' } });
  expect(staged.map(({ id }) => id)).toEqual(['Zoë', 'Åsa']);
  expect(quarantine).toMatchObject([
    { line: 3, value: '{"id":"bé","n":2}', expected: 'text in UTF-8' },
    { line: 4, column: 'n', value: 'x' },
  ]);
  const latin = Buffer.from(line('bé', 2) + line('c', 3), 'latin1');
  const read = await bench.read('latin.ndjson', latin, feed, { format: { type: 'ndjson' } });
  expect(read.staged.map(({ id }) => id)).toEqual(['bé', 'c']);
});

function hasId(line: string): boolean {
  try {
    const value = JSON.parse(line);
    return typeof value === 'object' && !Array.isArray(value) && value.id !== undefined;
  } catch {
    return false;
  }
}
