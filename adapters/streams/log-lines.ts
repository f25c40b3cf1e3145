import { createReadStream } from 'node:fs';
import { crc32 } from 'node:zlib';

/** What a line of a log keeps: the records of a request, and what tells the request and them from any other. */
export interface LogEntry {
  records: readonly string[];
  key?: string;
  hash?: string;
}

const LINE_FEED = 10;
/** Hex digits of a line's checksum, and the space after it. */
const CHECK = 9;

const check = (body: Buffer) => crc32(body).toString(16).padStart(8, '0');

/** An entry as a line, led by a checksum: what a dying process leaves half written is told by it. */
export function logLine(entry: LogEntry): Buffer {
  const body = Buffer.from(JSON.stringify(entry));
  return Buffer.concat([Buffer.from(`${check(body)} `), body, Buffer.of(LINE_FEED)]);
}

/** Entries of a log in their order; undefined for each line that is not as it was written. */
export async function* logEntries(path: string): AsyncGenerator<LogEntry | undefined> {
  let rest: Buffer[] = [];
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      yield entryOf(Buffer.concat([...rest, chunk.subarray(start, end)]));
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  }
  if (rest.length > 0) yield undefined;
}

function entryOf(line: Buffer): LogEntry | undefined {
  const body = line.subarray(CHECK);
  return line.toString('latin1', 0, CHECK - 1) === check(body) ? (JSON.parse(body.toString()) as LogEntry) : undefined;
}
