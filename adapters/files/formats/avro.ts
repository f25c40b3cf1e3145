import { TributaryError, UnreadableFile } from '../../../core/errors.ts';
import { avroCodecs, LARGEST_BLOCK } from './avro-codecs.ts';
import { avroColumns } from './avro-columns.ts';
import { type AvroType, parseAvroSchema } from './avro-schema.ts';
import { AvroReader } from './avro-values.ts';
import { ByteWindow } from './byte-window.ts';
import { type Converted, convertedTable } from './converted.ts';
import type { FormatReader, OpenFile, RawTable } from './format.ts';
import { jsonText } from './json-text.ts';

const [MAGIC, SYNC] = ['Obj\u0001', 16];
/** Bytes of a header, most of which is the schema. */
const LONGEST_HEADER = 16 * 1024 * 1024;
/** Bytes of a count and a length. */
const BLOCK_HEADER = 20;
const MOST_RECORDS = 10_000_000;
const BATCH = 1000;

/** Avro object container files; a record is found again by its number. */
export const avro: FormatReader = {
  type: 'avro',
  text: false,
  open: (file: OpenFile): Promise<RawTable> =>
    convertedTable(
      file,
      { type: 'avro' },
      () => avroRecords(file),
      async () => avroColumns(await schemaOf(file)),
    ),
};

interface Container {
  schema: AvroType;
  codec: string;
  sync: Buffer;
}

async function schemaOf(file: OpenFile): Promise<AvroType> {
  const bytes = new ByteWindow(file.path);
  try {
    return (await header(bytes, refusing(file, bytes))).schema;
  } finally {
    await bytes.close();
  }
}

/** Every record of a container. */
export async function* avroRecords(file: OpenFile): AsyncGenerator<Converted[]> {
  const bytes = new ByteWindow(file.path);
  const refuse: Refuse = refusing(file, bytes);
  try {
    const container = await header(bytes, refuse);
    let record = 1;
    while ((await bytes.peek(1)).length > 0) {
      const { count, block } = await nextBlock(bytes, container, refuse);
      const inflated = await inflate(file, container, block, refuse);
      yield* recordsOf({ block: inflated, schema: container.schema, count, first: record }, refuse);
      record += count;
    }
  } finally {
    await bytes.close();
  }
}

type Refuse = (what: string, cause?: unknown) => never;

function refusing(file: OpenFile, bytes: ByteWindow): Refuse {
  return (what, cause) => {
    throw new UnreadableFile(
      `${file.name} can't be read at byte ${bytes.position}: ${what}: expected a whole Avro object container file; send it again`,
      { cause, data: { byte: bytes.position } },
    );
  };
}

async function header(bytes: ByteWindow, refuse: Refuse): Promise<Container> {
  const head = await bytes.peek(LONGEST_HEADER);
  if (head.toString('latin1', 0, 4) !== MAGIC) refuse('it begins with something else');
  try {
    const reader = new AvroReader(head.subarray(4));
    const meta = reader.record({ kind: 'map', items: { kind: 'bytes' } }) as Map<string, Buffer>;
    const schema = parseAvroSchema(meta.get('avro.schema')?.toString('utf8') ?? '');
    const codec = meta.get('avro.codec')?.toString('utf8') ?? 'null';
    if (!(codec in avroCodecs)) refuse(`its codec is ${codec}, not one of ${Object.keys(avroCodecs).join(', ')}`);
    const sync = Buffer.from(reader.bytes(SYNC));
    await bytes.take(4 + reader.position);
    return { schema, codec, sync };
  } catch (cause) {
    if (cause instanceof TributaryError) throw cause;
    return refuse(`its header is damaged: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

async function nextBlock(
  bytes: ByteWindow,
  { sync }: Container,
  refuse: Refuse,
): Promise<{ count: number; block: Buffer }> {
  const { count, length, used } = blockHeader(await bytes.peek(BLOCK_HEADER), refuse);
  if (count < 0 || count > MOST_RECORDS || length < 0 || length > LARGEST_BLOCK)
    refuse(`a block of ${count} records and ${length} bytes`);
  const whole = await bytes.peek(used + length + SYNC);
  if (whole.length < used + length + SYNC) refuse('the file ends within a block');
  const block = whole.subarray(used, used + length);
  if (!whole.subarray(used + length, used + length + SYNC).equals(sync))
    refuse('a block does not end as blocks of this file do');
  await bytes.take(used + length + SYNC);
  return { count, block };
}

function blockHeader(head: Buffer, refuse: Refuse): { count: number; length: number; used: number } {
  try {
    const reader = new AvroReader(head);
    return { count: Number(reader.long()), length: Number(reader.long()), used: reader.position };
  } catch (cause) {
    return refuse('a block has no header', cause);
  }
}

async function inflate(file: OpenFile, { codec }: Container, block: Buffer, refuse: Refuse): Promise<Buffer> {
  try {
    return (await avroCodecs[codec]?.(block, file.name)) ?? block;
  } catch (cause) {
    if (cause instanceof TributaryError) throw cause;
    return refuse(`a block is not whole ${codec}: ${cause instanceof Error ? cause.message : cause}`, cause);
  }
}

interface Block {
  block: Buffer;
  schema: AvroType;
  count: number;
  /** The number of its first record. */
  first: number;
}

/** The records of a block. Where one is damaged nobody knows where the next begins, so that the rest of the block is set apart. */
function* recordsOf({ block, schema, count, first }: Block, refuse: Refuse): Generator<Converted[]> {
  const reader = new AvroReader(block);
  let batch: Converted[] = [];
  let damage: string | undefined;
  for (let n = 0; n < count; n += 1) {
    damage ??= read(reader, schema, (json) => batch.push({ line: first + n, json }));
    if (damage !== undefined) batch.push({ line: first + n, value: '', expected: `a record of the schema: ${damage}` });
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  yield batch;
  const left = block.length - reader.position;
  if (damage === undefined && left > 0) refuse(`a block of ${count} records has ${left} bytes more than they take`);
}

/** Reads one record; what is wrong with it when it can't be read. */
function read(reader: AvroReader, schema: AvroType, take: (json: string) => void): string | undefined {
  try {
    take(jsonText(reader.record(schema)));
    return undefined;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}
