import type { FileFormat } from '../../core/contracts/sources.ts';
import { looksLikeCbor } from './formats/cbor-items.ts';
import { asUtf8, beginning, firstBytes } from './plain-bytes.ts';

interface Undetected {
  path: string;
  name: string;
  workFolder: string;
  signal: AbortSignal;
}

/** The format of a decompressed file by its first bytes; what no format is known by is delimited text. */
export async function detectFormat(file: Undetected): Promise<FileFormat> {
  const head = await beginning(file.path);
  if (head.startsWith('PAR1')) return { type: 'parquet' };
  if (head.startsWith('Obj\u0001')) return { type: 'avro' };
  if (looksLikeCbor(await firstBytes(file.path, 64 * 1024))) return { type: 'cbor' };
  // Any other zip was unpacked.
  if (head.startsWith('PK')) return { type: 'xlsx' };
  const read = (await beginning(await asUtf8(file))).replace(/^\uFEFF/, '').trimStart();
  if (/^<[?!a-z_]/i.test(read)) return { type: 'xml' };
  if (read.startsWith('[') && /^\[\s*[[{\]]/.test(read)) return { type: 'json' };
  if (!read.startsWith('{')) return { type: 'csv' };
  return { type: isWholeObject(read.split(/\r?\n/, 1)[0] ?? '') ? 'ndjson' : 'json' };
}

/** A first line that ends with its object; one that is broken inside is still meant as a line. */
function isWholeObject(line: string): boolean {
  return /\}\s*$/.test(line) || line.length >= 64 * 1024 - 1;
}
