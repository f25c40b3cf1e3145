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
