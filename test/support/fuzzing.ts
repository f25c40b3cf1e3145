import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { avroRecords } from '../../adapters/files/formats/avro.ts';
import { cborRecords } from '../../adapters/files/formats/cbor.ts';
import type { Conversion } from '../../adapters/files/formats/converted.ts';
import type { OpenFile } from '../../adapters/files/formats/format.ts';
import { jsonValues } from '../../adapters/files/formats/json-values.ts';
import { scanRecords } from '../../adapters/files/formats/records.ts';
import { openSheet } from '../../adapters/files/formats/xlsx.ts';
import { XmlRows } from '../../adapters/files/formats/xml.ts';
import { Shapes } from '../../adapters/files/formats/xml-records.ts';
import type { Draws } from './draws.ts';
import { type Sample, sampleFormats } from './samples-of-formats.ts';

/** Reads a file as one of the parsers does: how many records there are, good and bad. */
type Parser = (file: OpenFile) => Promise<number>;

async function counted(records: ReturnType<Conversion>): Promise<number> {
  let count = 0;
  for await (const batch of records) count += batch.length;
  return count;
}

const shape = { delimiter: ',', quote: '"', header: true, columns: 2, skipBlank: false };
const lines = { delimiter: '\u0001', quote: '', header: false, columns: 1, skipBlank: true };
const scanned = async (file: OpenFile, of: typeof shape): Promise<number> => {
  let count = 0;
  for await (const batch of scanRecords(file.path, file.name, of, file.signal)) count += batch.length;
  return count;
};

/** The parsers of ours, by the sample format that they read. */
export const parsers: Readonly<Record<string, Parser>> = {
  csv: (file) => scanned(file, shape),
  ndjson: (file) => scanned(file, lines),
  'fixed-width': (file) => scanned(file, lines),
  json: (file) => counted(jsonValues(file, true)),
  'json one after the other': (file) => counted(jsonValues(file, false)),
  xml: (file) => counted(new XmlRows(file, 'row', new Shapes()).all()),
  xlsx: async (file) => counted((await openSheet(file)).rows()),
  avro: (file) => counted(avroRecords(file)),
  cbor: (file) => counted(cborRecords(file)),
};

const pick = (draws: Draws, below: number): number => Math.floor(draws.next() * below);

/** The word that names are made of; other letters in its place leave a file with as many records. */
const WORD = 'Adalovelace';
const LETTERS = 'abcXYZ019 .;:-_#';

/** A good file of some records, each with the word in it. */
export async function goodFile(kind: string, count: number, word: () => string = () => WORD): Promise<Buffer> {
  const rows: Sample[] = Array.from({ length: count }, (_, n) => ({ id: String(n + 1), name: word() }));
  const format = sampleFormats[kind];
  return Buffer.from(format?.text?.(rows) ?? (await format?.bytes?.(rows)) ?? '');
}

/** A file as good, with other letters. The checksums of a workbook tell that letters are others, so that it is made anew. */
export async function otherFile(kind: string, count: number, good: Buffer, draws: Draws): Promise<Buffer> {
  return kind === 'xlsx'
    ? goodFile(kind, count, () => otherLetters(Buffer.from(WORD), draws).toString())
    : otherLetters(good, draws);
}

/** Other letters in words of a file, whose number of records stays. */
function otherLetters(good: Buffer, draws: Draws): Buffer {
  const changed = Buffer.from(good);
  for (let at = changed.indexOf(WORD); at !== -1; at = changed.indexOf(WORD, at + 1)) {
    if (draws.next() < 0.5) changed.write(LETTERS[pick(draws, LETTERS.length)] ?? '', at + pick(draws, WORD.length));
  }
  return changed;
}

/** Some damage or other: bytes changed, cut out, doubled, put in, or the end missing. */
export function damaged(good: Buffer, draws: Draws): Buffer {
  let bytes = Buffer.from(good);
  for (let turns = 1 + pick(draws, 4); turns > 0; turns -= 1) {
    const at = pick(draws, bytes.length);
    const length = 1 + pick(draws, 8);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
    const part = bytes.subarray(at, at + length);
    const noise = Buffer.from(Array.from({ length }, () => pick(draws, 256)));
    const kinds = [
      () => Buffer.concat([before, noise, after.subarray(length)]),
      () => Buffer.concat([before, after.subarray(length)]),
      () => Buffer.concat([before, part, part, after]),
      () => Buffer.concat([before, noise, after]),
      () => before,
    ];
    bytes = Buffer.from(kinds[pick(draws, kinds.length)]?.() ?? bytes);
    if (bytes.length === 0) break;
  }
  return bytes;
}

/** A file for a parser alone: it never asks the engine. */
export async function fileFor(folder: string, kind: string, bytes: Buffer): Promise<OpenFile> {
  const path = join(folder, 'fuzzed');
  await writeFile(path, bytes);
  const format = sampleFormats[kind]?.format ?? { type: kind };
  const nothing = { session: undefined as never, workFolder: folder, expected: [] };
  return { path, name: 'fuzzed', format, ...nothing, signal: new AbortController().signal };
}
