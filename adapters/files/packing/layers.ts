import type { Archive } from './archive.ts';
import { bzip2 } from './bzip2.ts';
import type { Compression } from './compression.ts';
import { gzip } from './gzip.ts';
import { tar } from './tar.ts';
import { UNREAD } from './unread.ts';
import { zip } from './zip.ts';
import { zstd } from './zstd.ts';

const COMPRESSIONS: readonly Compression[] = [gzip, zstd, bzip2];
const ARCHIVES: readonly Archive[] = [zip, tar];

/** Bytes at the beginning of a file that tell how it is packed. */
export const TELLING = 512;

/** How a file is compressed, by how it begins. */
export const compressionOf = (head: Buffer): Compression | undefined => COMPRESSIONS.find((one) => one.begins(head));

/** How a file is packed that can't be unpacked here, by how it begins. */
export const unreadPackingOf = (head: Buffer): { name: string } | undefined => UNREAD.find((one) => one.begins(head));

/** What kind of archive a file is, by how it begins. */
export const archiveOf = (head: Buffer): Archive | undefined => ARCHIVES.find((one) => one.begins(head));
