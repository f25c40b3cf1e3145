import { type FileHandle, open } from 'node:fs/promises';
import { UnreadableFile } from '../../../core/errors.ts';
import { LONGEST_RECORD } from './format.ts';

const PROBE = 64 * 1024;

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
