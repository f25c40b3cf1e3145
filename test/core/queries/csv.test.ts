import { describe, expect, it } from 'vitest';
import { countCsvRows, csvLine } from '../../../core/queries/csv.ts';

describe('rows of CSV', () => {
  const awkward = [
    ['id', 'text'],
    [1, 'two\r\nlines'],
    [2, 'says "hi"\n"'],
    [3, null],
  ];

  it('are counted below their names, whatever is quoted and wherever the bytes are cut', async () => {
    const bytes = Buffer.from(awkward.map(csvLine).join(''));
    for (const size of [1, 2, 7, bytes.length]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      expect(await countCsvRows(each(chunks))).toBe(3);
    }
  });

  it('are none where there are only names, or nothing', async () => {
    expect(await countCsvRows(each([Buffer.from('"id"\n')]))).toBe(0);
    expect(await countCsvRows(each([]))).toBe(0);
  });
});

async function* each(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}
