import { type Readable, Transform } from 'node:stream';
import { crc32 } from 'node:zlib';
import { type Entry, getFileNameLowLevel, openPromise, type ZipFile } from 'yauzl';
import type { Archive, Member } from './archive.ts';

/** Of a file's mode in a system that has such: what kind it is, and that it is a link. */
const [KIND, LINK] = [0o170000, 0o120000];

/** Ways to compress a member by their numbers; of the others these are met now and then. */
const [STORED, DEFLATED] = [0, 8];
const UNREAD: Readonly<Record<number, string>> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  95: 'xz',
  98: 'PPMd',
};

/** What every Excel workbook has. */
const WORKBOOK = 'xl/workbook.xml';

export const zip: Archive = {
  name: 'zip',
  // Of a file, or of the end of an archive that has none.
  begins: (head) => ['504b0304', '504b0506'].includes(head.toString('hex', 0, 4)),
  async isDocument(path) {
    try {
      for await (const { fileName } of entriesOf(path)) if (fileName === WORKBOOK) return true;
    } catch {
      // What is wrong with it is told where its files are asked for.
    }
    return false;
  },
  async *members(path, refuse): AsyncGenerator<Member> {
    for await (const entry of entriesOf(path)) {
      const name = entry.fileName;
      if (((entry.externalFileAttributes >>> 16) & KIND) === LINK) refuse(name, 'is a link');
      if (entry.isEncrypted()) refuse(name, 'is encrypted with a password');
      if (name.endsWith('/')) continue;
      const method = entry.compressionMethod;
      if (method !== STORED && method !== DEFLATED)
        refuse(name, `is compressed by ${UNREAD[method] ?? `method ${method}`}, where zips are read by Deflate alone`);
      yield { name, open: entry.bytes };
    }
  },
};

/** Whatever stands in a zip's directory, in its order. */
export async function* entriesOf(path: string): AsyncGenerator<Entry & { bytes: () => Promise<Readable> }> {
  // Names as they are: who takes members refuses what leads out of the archive, by name.
  const opened = await openPromise(path, { autoClose: false, decodeStrings: false });
  try {
    for await (const entry of opened.eachEntry()) {
      entry.fileName = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      yield Object.assign(entry, { bytes: () => checked(opened, entry) });
    }
  } finally {
    opened.close();
  }
}

/** The bytes of a member, which fail at their end unless their checksum is the one that the archive says. */
async function checked(opened: ZipFile, entry: Entry): Promise<Readable> {
  const bytes = await opened.openReadStreamPromise(entry);
  let sum = 0;
  const checking = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sum = crc32(chunk, sum);
      done(null, chunk);
    },
    flush(done) {
      done(sum === entry.crc32 ? null : new Error('its checksum is another'));
    },
  });
  bytes.on('error', (cause) => checking.destroy(cause));
  return bytes.pipe(checking);
}
