import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { RunStopped } from '../../../core/errors.ts';
import { LONGEST_RECORD, type OpenFile } from './format.ts';

const CHUNK = 1024 * 1024;
const [LF, CR] = [10, 13];

/**
 * Whether a text is UTF-8, and whether the engine tells its lines of JSON apart as we do: without a byte-order mark, without a
 * carriage return alone, without this character that none should hold, and none longer than a record may be.
 */
export async function lookAtLines(
  { path, name, signal }: OpenFile,
  foreign: string,
): Promise<{ isUtf8: boolean; isSound: boolean }> {
  const look = new LinesLook(foreign);
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    if (signal.aborted) throw new RunStopped(`reading ${name} was stopped`);
    look.take(chunk as Buffer);
  }
  return look.end();
}

class LinesLook {
  readonly #foreign: string;
  #isUtf8 = true;
  #isSound = true;
  #isFirst = true;
  #endsWithReturn = false;
  /** Bytes of the line that isn't ended. */
  #line = 0;
  /** The last character, whose rest may be in the next chunk. */
  #character = Buffer.alloc(0);

  constructor(foreign: string) {
    this.#foreign = foreign;
  }

  take(chunk: Buffer): void {
    if (this.#isFirst && chunk.subarray(0, 3).toString('hex') === 'efbbbf') this.#isSound = false;
    this.#isFirst = false;
    if (this.#endsWithReturn && chunk[0] !== LF) this.#isSound = false;
    this.#endsWithReturn = chunk.at(-1) === CR;
    if (hasLoneReturn(chunk) || chunk.includes(this.#foreign)) this.#isSound = false;
    this.#measure(chunk);
    this.#judge(chunk);
  }

  end(): { isUtf8: boolean; isSound: boolean } {
    const isText = this.#isUtf8 && isUtf8(this.#character);
    return { isUtf8: isText, isSound: this.#isSound && isText && !this.#endsWithReturn };
  }

  /** A line longer than a chunk goes on into the next. */
  #measure(chunk: Buffer): void {
    const first = chunk.indexOf(LF);
    if (this.#line + (first === -1 ? chunk.length : first) > LONGEST_RECORD) this.#isSound = false;
    this.#line = first === -1 ? this.#line + chunk.length : chunk.length - 1 - chunk.lastIndexOf(LF);
  }

  #judge(chunk: Buffer): void {
    const bytes = this.#character.length === 0 ? chunk : Buffer.concat([this.#character, chunk]);
    const end = lastCharacter(bytes);
    this.#isUtf8 &&= isUtf8(bytes.subarray(0, end));
    this.#character = Buffer.from(bytes.subarray(end));
  }
}

/** Where the last character begins, if it is one of several bytes that may not all be there. */
function lastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= 3; back += 1) if ((bytes.at(-back) ?? 0) >= 0xc0) return bytes.length - back;
  return bytes.length;
}

/** One at the end of the chunk aside. */
function hasLoneReturn(chunk: Buffer): boolean {
  for (let at = chunk.indexOf(CR); at !== -1 && at + 1 < chunk.length; at = chunk.indexOf(CR, at + 1))
    if (chunk[at + 1] !== LF) return true;
  return false;
}
