import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FileBench, feedOf } from './files.ts';
import { packings } from './packing.ts';
import { encodings, sampleFormats } from './samples-of-formats.ts';

const rows = [
  { id: '1', name: 'Zoë' },
  { id: '2', name: 'Åsa Søn' },
];
const feed = feedOf('id,name');

/** A format's file in one encoding, by their names. */
const contents = Object.entries(sampleFormats).flatMap(([kind, { format, text, bytes }]) =>
  text === undefined
    ? [{ kind, format, encoding: '', content: async () => (await bytes?.(rows)) ?? Buffer.alloc(0) }]
    : Object.entries(encodings).map(([encoding, encode]) => ({
        ...{ kind, format, encoding },
        content: async () => encode(text(rows)),
      })),
);

/** Tests of every format in every encoding, each in the packings that are chosen for the nth of them. */
export function formatsInPackings(choose: (endings: readonly string[], n: number) => readonly string[]): void {
  describe('a file is read, packed or not', () => {
    let bench: FileBench;
    beforeAll(async () => {
      bench = await FileBench.open();
    });
    afterAll(() => bench.close());

    it.each(contents.map((one, n) => ({ ...one, endings: choose(Object.keys(packings), n) })))(
      '$kind in $encoding, as $endings',
      async ({ kind, format, encoding, content, endings }) => {
        const plain = await content();
        for (const ending of endings) {
          const name = `${kind}-${encoding}${ending}`.replaceAll(/[ .]/g, '-');
          const packed = (await packings[ending]?.('member', plain)) ?? plain;
          const { staged } = await bench.read(name, packed, feed, { format });
          expect(staged, `${encoding} ${ending}`).toMatchObject(rows);
        }
      },
    );
  });
}
