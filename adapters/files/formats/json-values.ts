import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { UnreadableFile } from '../../../core/errors.ts';
import type { Converted } from './converted.ts';
import { LONGEST_RECORD, type OpenFile } from './format.ts';

const [QUOTE, BACKSLASH, COMMA, LF] = [0x22, 0x5c, 0x2c, 0x0a];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
const BEGINS = new Set([QUOTE, OPEN_OBJECT, OPEN_LIST]);
const ENDS = new Set([COMMA, CLOSE_LIST, CLOSE_OBJECT]);

/** What may come in an array outside of its values, and what comes after which byte. */
type Next = 'open' | 'first' | 'value' | 'comma' | 'nothing';
const AFTER: Record<Next, Record<number, Next>> = {
  open: { [OPEN_LIST]: 'first' },
  first: { [CLOSE_LIST]: 'nothing' },
  value: {},
  comma: { [COMMA]: 'value', [CLOSE_LIST]: 'nothing' },
  nothing: {},
};
const isBlank = (byte: number): boolean => byte === 0x20 || byte === LF || byte === 0x0d || byte === 0x09;

/**
 * Every value of an array, or of a text with one after the other, with the line where it begins. A value whose brackets close is
 * told apart from its neighbours whatever is wrong within it; where they don't, the rest of the file can't be trusted.
 */
export async function* jsonValues(file: OpenFile, isArray: boolean): AsyncGenerator<Converted[]> {
  const values = new Values(file.name, isArray);
  for await (const chunk of createReadStream(file.path, { highWaterMark: 1024 * 1024 }))
    yield values.take(chunk as Buffer);
  yield values.end();
}

class Values {
  readonly #name: string;
  readonly #isArray: boolean;
  #data = Buffer.alloc(0);
  #at = 0;
  #line = 1;
  /** Where the value that is being read begins; -1 between values. */
  #start = -1;
  #startLine = 1;
  #closing: number[] = [];
  #inString = false;
  #isEscaped = false;
  #next: Next;
  #found: Converted[] = [];

  constructor(name: string, isArray: boolean) {
    this.#name = name;
    this.#isArray = isArray;
    this.#next = isArray ? 'open' : 'value';
  }

  take(chunk: Buffer): Converted[] {
    const kept = this.#start === -1 ? this.#at : this.#start;
    this.#data = Buffer.concat([this.#data.subarray(kept), chunk]);
    this.#at -= kept;
    if (this.#start !== -1) this.#start = 0;
    const isFirst = this.#line === 1 && this.#at === 0 && this.#start === -1;
    if (isFirst && this.#data.subarray(0, 3).toString('hex') === 'efbbbf') this.#at = 3;
    while (this.#at < this.#data.length) this.#step(this.#data[this.#at] ?? 0);
    if (this.#start !== -1 && this.#data.length - this.#start > LONGEST_RECORD)
      this.#refuse('is longer than records are');
    return this.#given();
  }

  end(): Converted[] {
    if (this.#start !== -1 && this.#closing.length === 0 && !this.#inString) this.#close(this.#data.length);
    if (this.#start !== -1) this.#refuse('is not closed before the file ends');
    if (this.#isArray && this.#next !== 'nothing') this.#refuse('is not followed by the end of the array');
    return this.#given();
  }

  #given(): Converted[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  #step(byte: number): void {
    if (this.#start === -1) this.#between(byte);
    else if (this.#inString) this.#string(byte);
    else this.#within(byte);
  }

  #advance(byte: number): void {
    this.#at += 1;
    if (byte === LF) this.#line += 1;
  }

  #between(byte: number): void {
    const next = isBlank(byte) ? this.#next : this.#isArray ? AFTER[this.#next][byte] : undefined;
    if (next !== undefined) {
      this.#next = next;
      this.#advance(byte);
      return;
    }
    this.#startLine = this.#line;
    const mayBegin = this.#next === 'value' || this.#next === 'first';
    if (!mayBegin || ENDS.has(byte)) this.#refuse(`is preceded by ${JSON.stringify(String.fromCharCode(byte))}`);
    this.#start = this.#at;
  }

  #string(byte: number): void {
    if (byte === LF) this.#refuse('has a line end within a text');
    const ends = byte === QUOTE && !this.#isEscaped;
    this.#isEscaped = byte === BACKSLASH && !this.#isEscaped;
    this.#advance(byte);
    if (!ends) return;
    this.#inString = false;
    if (this.#closing.length === 0) this.#close(this.#at);
  }

  #within(byte: number): void {
    const isBare = this.#closing.length === 0 && this.#at > this.#start;
    if (isBare && (isBlank(byte) || ENDS.has(byte) || BEGINS.has(byte))) {
      this.#close(this.#at);
      return;
    }
    this.#advance(byte);
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_OBJECT) this.#closing.push(CLOSE_OBJECT);
    else if (byte === OPEN_LIST) this.#closing.push(CLOSE_LIST);
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (this.#closing.pop() !== byte) this.#refuse('has brackets that cross');
      if (this.#closing.length === 0) this.#close(this.#at);
    }
  }

  #close(end: number): void {
    const bytes = this.#data.subarray(this.#start, end);
    this.#found.push(converted(bytes, this.#startLine));
    this.#start = -1;
    if (this.#isArray) this.#next = 'comma';
  }

  #refuse(what: string): never {
    throw new UnreadableFile(
      `${this.#name}: the value that begins on line ${this.#startLine} ${what}: expected ${this.#isArray ? 'an array of JSON objects' : 'JSON objects one after the other'}; send it again`,
      { data: { line: this.#startLine } },
    );
  }
}

function converted(bytes: Buffer, line: number): Converted {
  const text = bytes.toString('utf8');
  if (!isUtf8(bytes)) return { line, value: bytes.toString('latin1'), expected: 'text in UTF-8' };
  try {
    JSON.parse(text);
  } catch {
    return { line, value: text, expected: 'a JSON object' };
  }
  // The line ends that JSON allows are all outside of its texts.
  return { line, json: text.replace(/[\r\n]+/g, ' ') };
}
