import { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import xxhash, { type XXHash } from 'xxhash-wasm';
import type { Compression } from './compression.ts';

const MAGIC = 0xfd2fb528;
const isSkippable = (magic: number): boolean => magic >>> 4 === 0x184d2a5;
/** Bytes of a magic number and the longest header behind it. */
const HEADER = 18;
/** The bit of a frame's flags that says that a checksum ends it. */
const CHECKSUM = 4;
/** Bytes of memory that a frame may ask for: what the command `zstd` allows too. */
const LARGEST_WINDOW = 128 * 1024 * 1024;

export const zstd: Compression = {
  name: 'zstd',
  begins: (head) => head.length >= 4 && (head.readUInt32LE(0) === MAGIC || isSkippable(head.readUInt32LE(0))),
  // Node has its own from 22.15 on.
  decompressor: () =>
    'createZstdDecompress' in zlib ? (zlib as Native).createZstdDecompress() : new ZstdDecompressor(),
};

type Native = { createZstdDecompress(): Transform };

interface Frame {
  decoder: Decompress;
  checksum?: XXHash<bigint>;
}

/**
 * Decompresses frame by frame (RFC 8878 §3): the decoder neither says where one ends nor checks its checksum, so its blocks are
 * walked here.
 */
class ZstdDecompressor extends Transform {
  #rest = Buffer.alloc(0);
  #skip = 0;
  #frame: Frame | undefined;
  #checksumNext = false;
  #hashes: Awaited<ReturnType<typeof xxhash>> | undefined;

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: (cause?: Error | null) => void): void {
    this.#walk(chunk).then(() => done(), done);
  }

  override _flush(done: (cause?: Error | null) => void): void {
    this.#walk(Buffer.alloc(0), true).then(() => done(), done);
  }

  async #walk(chunk: Buffer, ended = false): Promise<void> {
    this.#hashes ??= await xxhash();
    let data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (let used = this.#step(data, ended); used > 0; used = this.#step(data, ended)) data = data.subarray(used);
    this.#rest = Buffer.from(data);
    const isOpen = data.length > 0 || this.#frame !== undefined || this.#skip > 0;
    if (ended && isOpen) throw new Error('unexpected end of file');
  }

  /** Takes one part off the data: how many bytes that was, 0 when more are needed. */
  #step(data: Buffer, ended: boolean): number {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, data.length);
      this.#skip -= skipped;
      return skipped;
    }
    if (this.#checksumNext) return this.#checksum(data);
    return this.#frame === undefined ? this.#begin(data, ended) : this.#block(data, this.#frame);
  }

  #begin(data: Buffer, ended: boolean): number {
    if (data.length < (ended ? 8 : HEADER)) return 0;
    const magic = data.readUInt32LE(0);
    if (isSkippable(magic)) {
      this.#skip = data.readUInt32LE(4);
      return 8;
    }
    if (magic !== MAGIC) throw new Error('a frame has another beginning than frames have');
    const { length, hasChecksum } = header(data);
    if (length > data.length) return 0;
    const decoder = new Decompress((bytes) => {
      checksum?.update(bytes);
      if (bytes.length > 0) this.push(bytes);
    });
    const checksum = hasChecksum ? this.#hashes?.create64() : undefined;
    this.#frame = checksum === undefined ? { decoder } : { decoder, checksum };
    // Its checksum is left to us.
    const given = Buffer.from(data.subarray(0, length));
    given[4] = (given[4] ?? 0) & ~CHECKSUM;
    decoder.push(given);
    return length;
  }

  #block(data: Buffer, { decoder, checksum }: Frame): number {
    if (data.length < 3) return 0;
    const said = data.readUIntLE(0, 3);
    const [isLast, type] = [(said & 1) === 1, (said >> 1) & 3];
    const length = 3 + (type === 1 ? 1 : said >> 3);
    if (type === 3 || said >> 3 > 128 * 1024) throw new Error('a block has a header that blocks never have');
    if (data.length < length) return 0;
    decoder.push(Buffer.from(data.subarray(0, length)), isLast);
    if (isLast && checksum === undefined) this.#frame = undefined;
    this.#checksumNext = isLast && checksum !== undefined;
    return length;
  }

  #checksum(data: Buffer): number {
    if (data.length < 4) return 0;
    if (Number((this.#frame?.checksum?.digest() ?? 0n) & 0xffffffffn) !== data.readUInt32LE(0))
      throw new Error('the checksum of a frame is another');
    this.#frame = undefined;
    this.#checksumNext = false;
    return 4;
  }
}

/** Bytes of a frame's header, magic number included, and whether a checksum ends the frame. */
function header(data: Buffer): { length: number; hasChecksum: boolean } {
  const flags = data[4] ?? 0;
  const isSingle = (flags & 32) !== 0;
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const dictionaryBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const length = 5 + (isSingle ? 0 : 1) + dictionaryBytes + sizeBytes;
  const window = isSingle ? sizeIn(data, length - sizeBytes, sizeBytes) : windowOf(data[5] ?? 0);
  if ((flags & 8) !== 0) throw new Error('a frame has a header that frames never have');
  if (window > LARGEST_WINDOW) throw new Error(`a frame needs ${window} bytes of memory`);
  return { length, hasChecksum: (flags & CHECKSUM) !== 0 };
}

const windowOf = (descriptor: number): number => 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);

function sizeIn(data: Buffer, at: number, bytes: number): number {
  if (data.length < at + bytes) return 0;
  if (bytes === 8) return Number(data.readBigUInt64LE(at));
  return data.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}
