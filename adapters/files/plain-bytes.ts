import { isAscii } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { Duplex } from 'node:stream';
import iconv from 'iconv-lite';
import type { FileFormat } from '../../core/contracts/sources.ts';
import { UnreadableFile } from '../../core/errors.ts';
import { written } from './writing.ts';

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

interface Bytes {
  path: string;
  name: string;
  workFolder: string;
  signal: AbortSignal;
}

/** The text as UTF-8: the file itself, or a decoded copy in the work folder. */
export async function asUtf8(bytes: Bytes, declared?: string): Promise<string> {
  const encoding = declared ?? (await encodingByMark(bytes.path));
  if (encoding === 'utf-8') return bytes.path;
  const copy = join(bytes.workFolder, 'decoded');
  await copyThrough(bytes, decoderOf(bytes.name, encoding), copy);
  return copy;
}

/** Bytes of an encoding as text. What is none of it is told, or kept: a replaced character would be a lost one. */
function decoderOf(name: string, encoding: string): Duplex {
  // XML may name many others.
  if (!['utf-16le', 'utf-16be', 'windows-1252'].includes(encoding))
    return iconv.decodeStream(encoding, { stripBOM: true }) as unknown as Duplex;
  return Duplex.from(async function* decoded(chunks: AsyncIterable<Buffer>) {
    const decoder = new TextDecoder(encoding, { fatal: true });
    let bytes = 0;
    try {
      for await (const chunk of chunks) {
        yield decoder.decode(chunk, { stream: true });
        bytes += chunk.length;
      }
      yield decoder.decode();
    } catch (cause) {
      throw new UnreadableFile(
        `${name} has bytes behind byte ${bytes} that are no ${encoding}: expected whole characters; send it again`,
        { cause, data: { byte: bytes } },
      );
    }
  });
}

/** A text of which nobody said the encoding as UTF-8 where it looks like Windows-1252; undefined where it doesn't. */
export async function asGuessed(file: Bytes & { format: FileFormat }): Promise<string | undefined> {
  if (file.format.encoding !== undefined || !(await looksLikeWindows1252(file.path))) return undefined;
  return asUtf8(file, 'windows-1252');
}

/** True when a text that says nothing of its encoding has more bytes that aren't UTF-8 than characters beyond ASCII that are. */
async function looksLikeWindows1252(path: string): Promise<boolean> {
  const decoder = new TextDecoder('utf-8');
  let broken = 0;
  let whole = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    const decoded = decoder.decode(chunk as Buffer, { stream: true });
    // Longer when a character began in the chunk before.
    if (isAscii(chunk as Buffer) && decoded.length === (chunk as Buffer).length) continue;
    for (const [character] of decoded.matchAll(/[^\0-\x7f]/gu)) {
      if (character === '\uFFFD') broken += 1;
      else whole += 1;
    }
  }
  if (decoder.decode() !== '') broken += 1;
  return broken > whole;
}

/** By a byte-order mark, else by the NUL bytes that UTF-16 puts around every ASCII character. */
async function encodingByMark(path: string): Promise<Encoding> {
  const head = await firstBytes(path, 4096);
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  // Zeros in all places are filling.
  if (Math.max(even, odd) * 4 < head.length || Math.min(even, odd) * 4 > Math.max(even, odd)) return 'utf-8';
  if (head.length < 4) return 'utf-8';
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** The first bytes of a file, fewer when it has fewer. */
export async function firstBytes(path: string, count: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(count), 0, count, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The first 64 KB of a file as text. */
export async function beginning(path: string): Promise<string> {
  return (await firstBytes(path, 64 * 1024)).toString('utf8');
}

/** The first character of a text that isn't blank, `undefined` in a text that begins with none. */
export async function firstCharacter(path: string): Promise<string | undefined> {
  return /[^\s\uFEFF]/.exec(await beginning(path))?.[0];
}

async function copyThrough(bytes: Bytes, through: Duplex, copy: string): Promise<void> {
  await written(bytes, [createReadStream(bytes.path, { highWaterMark: 1024 * 1024 }), through], copy);
}
