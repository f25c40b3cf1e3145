import { createGunzip } from 'node:zlib';
import type { Compression } from './compression.ts';

export const gzip: Compression = {
  name: 'gzip',
  begins: (head) => head[0] === 0x1f && head[1] === 0x8b,
  decompressor: () => createGunzip({ chunkSize: 1024 * 1024 }),
};
