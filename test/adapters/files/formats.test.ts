import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileBench, feedOf } from '../../support/files.ts';
import { packings } from '../../support/packing.ts';
import { encodings, sampleFormats } from '../../support/samples-of-formats.ts';

let bench: FileBench;
beforeAll(async () => {
  bench = await FileBench.open();
});
afterAll(() => bench.close());

const rows = [
  { id: '1', name: 'Zoë' },
  { id: '2', name: 'Åsa Søn' },
];
const feed = feedOf('id,name');

describe.each(Object.entries(sampleFormats))('%s', (kind, { format, text, bytes }) => {
  const contents: Record<string, Uint8Array> =
    text === undefined
      ? { '': bytes?.(rows) ?? Buffer.alloc(0) }
      : Object.fromEntries(Object.entries(encodings).map(([name, encode]) => [name, encode(text(rows))]));

  it.each(Object.keys(contents))('in %j is read plain and in every packing', async (encoding) => {
    const content = contents[encoding] ?? Buffer.alloc(0);
    for (const [ending, pack] of Object.entries(packings)) {
      const name = `${kind}-${encoding}${ending}`.replaceAll(/[ .]/g, '-');
      const { staged } = await bench.read(name, await pack('member', content), feed, { format });
      expect(staged, `${encoding} ${ending}`).toMatchObject(rows);
    }
  });
});
