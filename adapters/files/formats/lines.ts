import { isAscii } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableFile } from '../../../core/errors.ts';
import { LONGEST_RECORD } from './format.ts';

const PROBE = 64 * 1024;
const LOOK = 1024 * 1024;
const [LF, CR] = [10, 13];

/**
 * The beginning of a text, long enough to hold its first line whole, without a byte-order mark. A text with a line that never
 * seems to end is refused: the engine leaves such a line out without a word when it is the last.
 */
export async function readHead(path: string, name: string): Promise<string> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    for (let from = 0; from + LONGEST_RECORD <= size; from += LONGEST_RECORD) {
      if (!(await hasLineEnd(file, from, PROBE)) && !(await hasLineEnd(file, from, LONGEST_RECORD)))
        tooLong(name, from);
    }
    const head = await bytesAt(file, 0, PROBE * 4);
    const whole = hasEnd(head) ? head : await bytesAt(file, 0, LONGEST_RECORD);
    return whole.toString('utf8').replace(/^\uFEFF/, '');
  } finally {
    await file.close();
  }
}

/**
 * Whether a text is UTF-8, and whether the engine tells its lines of JSON apart as we do: without a byte-order mark, without a
 * carriage return alone, without this character that none should hold, and none longer than a record may be.
 */
export async function lookAtLines(path: string, foreign: string): Promise<{ isUtf8: boolean; isSound: boolean }> {
  const look = new LinesLook(foreign);
  for await (const chunk of createReadStream(path, { highWaterMark: LOOK })) look.take(chunk as Buffer);
  return look.end();
}

class LinesLook {
  readonly #foreign: string;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #isUtf8 = true;
  #isSound = true;
  /** The decoder holds the beginning of a character. */
  #isWithin = false;
  /** Bytes of the line that isn't ended, and whether the last of them is a carriage return. */
  #open = 0;
  #endsWithReturn = false;
  #isFirst = true;

  constructor(foreign: string) {
    this.#foreign = foreign;
  }

  take(chunk: Buffer): void {
    if (this.#isFirst && chunk.subarray(0, 3).toString('hex') === 'efbbbf') this.#isSound = false;
    this.#isFirst = false;
    if (this.#endsWithReturn && chunk[0] !== LF) this.#isSound = false;
    this.#endsWithReturn = chunk.at(-1) === CR;
    this.#decode(chunk);
    if (hasLoneReturn(chunk) || chunk.includes(this.#foreign)) this.#isSound = false;
    // A line longer than a chunk crosses into the next.
    const first = chunk.indexOf(LF);
    if (this.#open + (first === -1 ? chunk.length : first) > LONGEST_RECORD) this.#isSound = false;
    this.#open = first === -1 ? this.#open + chunk.length : chunk.length - 1 - chunk.lastIndexOf(LF);
  }

  end(): { isUtf8: boolean; isSound: boolean } {
    this.#decode(undefined);
    return { isUtf8: this.#isUtf8, isSound: this.#isSound && this.#isUtf8 && !this.#endsWithReturn };
  }

  #decode(chunk: Buffer | undefined): void {
    if (!this.#isUtf8 || (chunk !== undefined && !this.#isWithin && isAscii(chunk))) return;
    try {
      if (chunk === undefined) this.#decoder.decode();
      else this.#decoder.decode(chunk, { stream: true });
      this.#isWithin = chunk !== undefined && (chunk.at(-1) ?? 0) >= 0x80;
    } catch {
      this.#isUtf8 = false;
    }
  }
}

/** One at the end of the chunk aside. */
function hasLoneReturn(chunk: Buffer): boolean {
  for (let at = chunk.indexOf(CR); at !== -1 && at + 1 < chunk.length; at = chunk.indexOf(CR, at + 1))
    if (chunk[at + 1] !== LF) return true;
  return false;
}

const hasEnd = (bytes: Buffer): boolean => bytes.includes(10) || bytes.includes(13);
const hasLineEnd = async (file: FileHandle, from: number, length: number): Promise<boolean> =>
  hasEnd(await bytesAt(file, from, length));

async function bytesAt(file: FileHandle, from: number, length: number): Promise<Buffer> {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

function tooLong(name: string, byte: number): never {
  throw new UnreadableFile(
    `${name} has a line longer than ${LONGEST_RECORD} bytes at byte ${byte}: expected lines of records; check that this is the file it claims to be`,
    { data: { byte } },
  );
}
