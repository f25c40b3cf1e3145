import type { FileFormat } from '../../core/contracts/sources.ts';
import { UnreadableFile } from '../../core/errors.ts';
import { looksLikeCbor } from './formats/cbor-items.ts';
import { asUtf8, beginning, firstBytes } from './plain-bytes.ts';

/** Characters of a beginning that tell whether it is a text. */
const PLAIN = 1024;
/** Of a text fewer than one in so many is a control character. */
const CONTROLS = 20;

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
  if (!read.startsWith('{')) return isText(read.slice(0, PLAIN)) ? { type: 'csv' } : refuseBytes(file);
  return { type: isWholeObject(read.split(/\r?\n/, 1)[0] ?? '') ? 'ndjson' : 'json' };
}

/** A value may hold a stray NUL; where one is in the first line, or much is no text, the file is something else. */
function isText(beginning: string): boolean {
  const [first = ''] = beginning.split('\n', 1);
  const controls = [...beginning].filter((letter) => letter < ' ' && !'\t\n\v\f\r'.includes(letter)).length;
  return !beginning.includes('\0') || (!first.includes('\0') && controls * CONTROLS < beginning.length);
}

async function refuseBytes({ path, name }: Undetected): Promise<never> {
  const first = (await firstBytes(path, 8)).toString('hex').replace(/..(?!$)/g, '$& ');
  throw new UnreadableFile(
    `${name} is no text, and its first bytes are those of no format that is known: ${first}: expected a text, Parquet, Avro, CBOR or a workbook of Excel (.xlsx)`,
  );
}

/** A first line that ends with its object; one that is broken inside is still meant as a line. */
function isWholeObject(line: string): boolean {
  return /\}\s*$/.test(line) || line.length >= 64 * 1024 - 1;
}
