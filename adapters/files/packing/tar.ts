import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';
import type { Archive, Member } from './archive.ts';

/** A header, and where in it are the eight octal digits of its checksum. */
const [BLOCK, SUM, SUM_END] = [512, 148, 156];

/** Two empty blocks end an archive; one that was cut between two files would seem whole without them. */
const TRAILER = 2 * BLOCK;

const [FILE, FOLDER] = [
  new Set(['file', 'contiguous-file']),
  new Set(['directory', 'pax-header', 'pax-global-header', 'gnu-long-path', 'gnu-long-link-path']),
];

export const tar: Archive = {
  name: 'tar',
  begins(head) {
    if (head.length < BLOCK) return false;
    // An archive without files begins with its end.
    if (head[0] === 0) return head.subarray(0, BLOCK).every((byte) => byte === 0);
    const said = Number.parseInt(head.toString('latin1', SUM, SUM_END).replaceAll('\0', ' ').trim(), 8);
    let sum = ' '.charCodeAt(0) * (SUM_END - SUM);
    for (let at = 0; at < BLOCK; at += 1) if (at < SUM || at >= SUM_END) sum += head[at] ?? 0;
    return sum === said;
  },
  async *members(path, refuse): AsyncGenerator<Member> {
    await refuseWithoutEnd(path);
    const reader = extract();
    // What goes wrong ends the reader too, and is heard of there.
    const reading = pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), reader).catch(() => undefined);
    try {
      for await (const entry of reader) {
        const { name, type } = entry.header;
        if (!type) refuse(name, 'is of a kind that is not read, as sparse files are');
        else if (FILE.has(type)) {
          yield { name, open: async () => Readable.from(entry) };
        } else if (!FOLDER.has(type)) {
          refuse(name, type === 'link' || type === 'symlink' ? 'is a link' : `is a ${type}`);
        }
        entry.resume();
      }
    } finally {
      reader.destroy();
      await reading;
    }
  },
};

async function refuseWithoutEnd(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(TRAILER), 0, TRAILER, Math.max(0, size - TRAILER));
    if (bytesRead < TRAILER || buffer.some((byte) => byte !== 0)) throw new Error('unexpected end of file');
  } finally {
    await file.close();
  }
}
