import { decode } from 'cborg';
import { bigIntDecoder, bigNegIntDecoder } from 'cborg/taglib';
import { TributaryError, UnreadableFile } from '../../../core/errors.ts';
import { ByteWindow } from './byte-window.ts';
import { itemEnd, itemHead } from './cbor-items.ts';
import { type Converted, convertedTable } from './converted.ts';
import { type FormatReader, LONGEST_RECORD, type OpenFile, type RawTable } from './format.ts';
import { jsonText } from './json-text.ts';

/** Records as CBOR (RFC 8949): one after the other (RFC 8742), or in arrays. One is found again by its number. */
export const cbor: FormatReader = {
  type: 'cbor',
  text: false,
  open: (file: OpenFile): Promise<RawTable> => convertedTable(file, { type: 'cbor' }, () => cborRecords(file)),
};

const [LIST, TAG, BREAK] = [4, 6, 0xff];
const BATCH = 1000;

type Refuse = (what: string, cause?: unknown) => never;

/** Every record, those of arrays one by one. */
export async function* cborRecords(file: OpenFile): AsyncGenerator<Converted[]> {
  const bytes = new ByteWindow(file.path);
  const refuse: Refuse = (what, cause) => {
    throw new UnreadableFile(
      `${file.name} can't be read at byte ${bytes.position}: ${what}: expected CBOR records one after the other, or an array of them; send it again`,
      { cause, data: { byte: bytes.position } },
    );
  };
  let batch: Converted[] = [];
  let line = 0;
  try {
    for await (const item of items(bytes, refuse)) {
      line += 1;
      batch.push(converted(item, line));
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  } finally {
    await bytes.close();
  }
}

/** Every record's bytes; those of an array are records, and so is what stands in none. */
async function* items(bytes: ByteWindow, refuse: Refuse): AsyncGenerator<Buffer> {
  /** Records that the array still has, when in one. */
  let left: number | undefined;
  for (;;) {
    const head = await bytes.peek(9);
    if (left === 0 || (left === Number.POSITIVE_INFINITY && head[0] === BREAK)) {
      if (left !== 0) await bytes.take(1);
      left = undefined;
      continue;
    }
    if (head.length === 0) {
      if (left !== undefined) refuse('the file ends within an array');
      return;
    }
    const list = left === undefined ? listIn(head, refuse) : undefined;
    if (list !== undefined) {
      await bytes.take(list.length);
      left = list.count;
      continue;
    }
    yield await nextItem(bytes, refuse);
    if (left !== undefined) left -= 1;
  }
}

/** What a head says when it begins an array, or a tag that may stand before one. */
function listIn(head: Buffer, refuse: Refuse): { length: number; count: number | undefined } | undefined {
  try {
    const said = itemHead(head, 0);
    if (said?.major === LIST) return { length: said.length, count: said.argument ?? Number.POSITIVE_INFINITY };
    const isMark = said?.major === TAG && said.argument === SELF_DESCRIBED;
    return isMark ? { length: said.length, count: undefined } : undefined;
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** The tag that says no more than that CBOR follows. */
const SELF_DESCRIBED = 55_799;

async function nextItem(bytes: ByteWindow, refuse: Refuse): Promise<Buffer> {
  for (let wanted = 1; ; wanted = wanted * 2) {
    const window = await bytes.peek(wanted);
    const end = endOf(window, refuse);
    if (end !== undefined && end <= window.length)
      return (await bytes.take(end)) ?? refuse('the file ends within a record');
    if (window.length < wanted) refuse('the file ends within a record');
    if (wanted > LONGEST_RECORD) refuse(`a record is longer than ${LONGEST_RECORD} bytes`);
    wanted = Math.max(wanted, window.length);
  }
}

function endOf(window: Buffer, refuse: Refuse): number | undefined {
  try {
    return itemEnd(window, 0);
  } catch (cause) {
    if (cause instanceof TributaryError) throw cause;
    return refuse(cause instanceof Error ? cause.message : String(cause), cause);
  }
}

function converted(item: Buffer, line: number): Converted {
  try {
    const json = jsonText(decode(item, OPTIONS));
    if (json.includes(REPLACEMENT) && !item.includes(REPLACEMENT)) throw new Error('a text is not UTF-8');
    return { line, json };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CBOR decode error: /, '') : String(cause);
    return { line, value: item.toString('base64', 0, 3000), expected: `a record that can be decoded: ${why}` };
  }
}

/** What the decoder makes of bytes that are no text. */
const REPLACEMENT = '\uFFFD';

type Decoder = (content: () => unknown) => unknown;

/** Tags that change what a value is (RFC 8949 §3.4, RFC 8943, RFC 4122). */
const decoders: Record<number, Decoder> = {
  1: (content) => instant(Number(content())),
  2: bigIntDecoder as Decoder,
  3: bigNegIntDecoder as Decoder,
  4: (content) => decimal(content() as [number, number | bigint]),
  37: (content) => uuid(Buffer.from(content() as Uint8Array)),
  100: (content) => instant(Number(content()) * 86_400).slice(0, 10),
};

/** What another tag says of a value leaves the value as it is. */
const tags = new Proxy(decoders, {
  get: (known, tag) => known[Number(tag)] ?? ((content: () => unknown) => content()),
});

const OPTIONS = { tags, useMaps: true, rejectDuplicateMapKeys: true, coerceUndefinedToNull: true };

const instant = (seconds: number): string => new Date(seconds * 1000).toISOString();

const uuid = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

/** More places than any number has: a few bytes would stand for gigabytes of zeros. */
const MOST_PLACES = 1000;

/** `[-2, 1250]` is 12.50. */
function decimal([exponent, mantissa]: [number, number | bigint]): string {
  if (Math.abs(exponent) > MOST_PLACES) throw new Error(`a decimal fraction with the exponent ${exponent}`);
  const digits = String(mantissa)
    .replace('-', '')
    .padStart(1 - exponent, '0');
  const text = exponent < 0 ? `${digits.slice(0, exponent)}.${digits.slice(exponent)}` : `${digits}e${exponent}`;
  return `${mantissa < 0 ? '-' : ''}${text}`;
}
