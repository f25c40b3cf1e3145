import { isAscii, isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { RunStopped, UnreadableFile } from '../../../core/errors.ts';
import { LONGEST_RECORD } from './format.ts';

export interface RecordShape {
  delimiter: string;
  /** Empty: nothing is quoted. */
  quote: string;
  header: boolean;
  /** Fields that each record has. */
  columns: number;
  /** Lines without anything but blanks are no records. In one column of text an empty line is an empty value. */
  skipBlank: boolean;
}

export interface FileRecord {
  /** 1-based line where the record starts. */
  line: number;
  /** Without the line's end. */
  bytes: Buffer;
  /** What was expected, of a record that can't be read. */
  problem?: string;
}

/** What a blank line may hold: the blanks that the engine skips between JSON texts. */
export const BLANKS = ' \t\v\f';
const [LF, CR, BOM] = [10, 13, Buffer.from([0xef, 0xbb, 0xbf])];

/**
 * Every record of a delimited text with its line, in batches and in bounded memory. A record with a stray quote ends with its
 * first line, so that one bad line never swallows the good ones behind it.
 */
export async function* scanRecords(
  path: string,
  name: string,
  shape: RecordShape,
  signal: AbortSignal,
): AsyncGenerator<FileRecord[]> {
  const scanner = new RecordScanner(name, shape);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    if (signal.aborted) throw new RunStopped(`reading ${name} was stopped`);
    yield scanner.records(chunk as Buffer, false);
  }
  yield scanner.records(Buffer.alloc(0), true);
}

interface Cut {
  /** Where the record ends, without the line's end. */
  end: number;
  fields: number;
  /** A quoted field may hold line ends. */
  isQuoted: boolean;
  problem?: string;
}

class RecordScanner {
  readonly #name: string;
  readonly #shape: RecordShape;
  readonly #delimiter: Buffer;
  readonly #quote: number;
  #rest = Buffer.alloc(0);
  #line = 1;
  #started = false;
  #headerSeen: boolean;

  constructor(name: string, shape: RecordShape) {
    this.#name = name;
    this.#shape = shape;
    this.#delimiter = Buffer.from(shape.delimiter);
    this.#quote = shape.quote === '' ? -1 : shape.quote.charCodeAt(0);
    this.#headerSeen = !shape.header;
  }

  /** Every record that ends in what has been read so far; the last one too when the file has `ended`. */
  records(chunk: Buffer, ended: boolean): FileRecord[] {
    const data = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = !this.#started && data.subarray(0, 3).equals(BOM) ? BOM.length : 0;
    this.#started ||= data.length > 0;
    const found: FileRecord[] = [];
    const isPlain = isAscii(data);
    while (at < data.length) {
      const cut = this.#cut(data, at, ended);
      const next = cut === undefined ? undefined : afterLineEnd(data, cut.end, ended);
      if (cut === undefined || next === undefined) break;
      this.#keep(found, data.subarray(at, cut.end), cut, isPlain);
      this.#line += cut.isQuoted ? countLines(data, at, next) : 1;
      at = next;
    }
    this.#rest = Buffer.from(data.subarray(at));
    if (this.#rest.length > LONGEST_RECORD) this.#tooLong();
    return found;
  }

  #keep(found: FileRecord[], bytes: Buffer, cut: Cut, isPlain: boolean): void {
    const blank = this.#shape.columns > 1 ? bytes.length === 0 : this.#shape.skipBlank && isBlank(bytes);
    if (blank) return;
    if (!this.#headerSeen) {
      this.#headerSeen = true;
      return;
    }
    const problem = cut.problem ?? this.#problem(bytes, cut.fields, isPlain);
    found.push(problem === undefined ? { line: this.#line, bytes } : { line: this.#line, bytes, problem });
  }

  #problem(bytes: Buffer, fields: number, isPlain: boolean): string | undefined {
    if (!isPlain && !isUtf8(bytes)) return 'text in UTF-8';
    if (fields !== this.#shape.columns) return `${this.#shape.columns} fields, not ${fields}`;
    if (bytes.length > LONGEST_RECORD) return `a record of at most ${LONGEST_RECORD} bytes`;
    return undefined;
  }

  /** Undefined when more of the file has to be read to tell where the record ends. */
  #cut(data: Buffer, start: number, ended: boolean): Cut | undefined {
    const delimiter = this.#delimiter[0];
    let at = start;
    let isQuoted = false;
    for (let fields = 1; ; fields += 1) {
      if (data[at] === this.#quote) {
        isQuoted = true;
        const close = this.#closing(data, at + 1);
        if (close === undefined) {
          if (!ended && data.length - start <= LONGEST_RECORD / 2) return undefined;
          return this.#firstLine(data, start, ended, 'a quoted field to be closed');
        }
        at = close + 1;
        if (at >= data.length && !ended) return undefined;
        if (at < data.length && !isLineEnd(data[at]) && !this.#isDelimiter(data, at)) {
          return this.#firstLine(data, start, ended, 'a delimiter or the end of the line after a closing quote');
        }
      } else {
        for (; at < data.length; at += 1) {
          const byte = data[at];
          if (byte === LF || byte === CR || (byte === delimiter && this.#isDelimiter(data, at))) break;
        }
      }
      if (at >= data.length) return ended ? { end: at, fields, isQuoted } : undefined;
      if (isLineEnd(data[at])) return { end: at, fields, isQuoted };
      at += this.#delimiter.length;
    }
  }

  #isDelimiter(data: Buffer, at: number): boolean {
    if (data[at] !== this.#delimiter[0]) return false;
    return this.#delimiter.length === 1 || this.#delimiter.equals(data.subarray(at, at + this.#delimiter.length));
  }

  /** Position of the quote that ends a field, doubled quotes aside. */
  #closing(data: Buffer, from: number): number | undefined {
    for (let at = data.indexOf(this.#quote, from); at !== -1; at = data.indexOf(this.#quote, at + 2)) {
      if (data[at + 1] !== this.#quote) return at;
    }
    return undefined;
  }

  #firstLine(data: Buffer, start: number, ended: boolean, problem: string): Cut | undefined {
    let end = start;
    while (end < data.length && !isLineEnd(data[end])) end += 1;
    if (end === data.length && !ended) return undefined;
    return { end, fields: 0, isQuoted: false, problem };
  }

  #tooLong(): never {
    throw new UnreadableFile(
      `${this.#name}: line ${this.#line} is longer than ${LONGEST_RECORD} bytes: expected lines of records; check that this is the file it claims to be`,
      { data: { line: this.#line } },
    );
  }
}

const allBlank = new RegExp(`^[${BLANKS}]*$`);
const isBlank = (bytes: Buffer): boolean => (bytes[0] ?? 0) <= 0x20 && allBlank.test(bytes.toString('latin1'));

const isLineEnd = (byte: number | undefined): boolean => byte === LF || byte === CR;

/** Undefined when a carriage return is the last byte read, and a line feed may follow it. */
function afterLineEnd(data: Buffer, end: number, ended: boolean): number | undefined {
  if (data[end] !== CR) return Math.min(end + 1, data.length);
  if (end + 1 === data.length && !ended) return undefined;
  return data[end + 1] === LF ? end + 2 : end + 1;
}

function countLines(data: Buffer, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at < to; at += 1) {
    if (data[at] === LF || (data[at] === CR && data[at + 1] !== LF)) lines += 1;
  }
  return lines;
}
