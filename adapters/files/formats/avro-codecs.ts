import { Readable, type Transform } from 'node:stream';
import { crc32, createInflateRaw } from 'node:zlib';
import { uncompress } from 'snappyjs';
import { bzip2 } from '../packing/bzip2.ts';
import { UnpackedBytes } from '../packing/unpacked-bytes.ts';
import { zstd } from '../packing/zstd.ts';

/** Bytes that one block may unpack to; writers make them of some kilobytes. */
export const LARGEST_BLOCK = 256 * 1024 * 1024;

type Codec = (block: Buffer, name: string) => Promise<Buffer>;

/** How the blocks of a container may be compressed, by the name that its header has. */
export const avroCodecs: Readonly<Record<string, Codec>> = {
  null: async (block) => block,
  deflate: streamed(createInflateRaw),
  zstandard: streamed(() => zstd.decompressor()),
  bzip2: streamed(() => bzip2.decompressor()),
  async snappy(block) {
    const bytes = Buffer.from(uncompress(block.subarray(0, -4), LARGEST_BLOCK));
    if (crc32(bytes) !== block.readUInt32BE(block.length - 4)) throw new Error('its checksum is another');
    return bytes;
  },
};

function streamed(decompressor: () => Transform): Codec {
  return async (block, name) => {
    const chunks: Buffer[] = [];
    const inflating = Readable.from([block]).pipe(decompressor());
    const bounded = new UnpackedBytes(name, block.length).through();
    inflating.on('error', (cause) => bounded.destroy(cause));
    for await (const chunk of inflating.pipe(bounded)) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  };
}
