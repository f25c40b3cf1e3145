import { type Schema, Type } from 'avsc';

/** An Avro container of some values, in blocks of so many; another library than the product's wrote the values. */
export function avroOf(
  schema: Schema,
  values: readonly unknown[],
  {
    perBlock = 100,
    codec = 'null',
    pack = (block: Buffer) => block,
  }: { perBlock?: number; codec?: string; pack?: (block: Buffer) => Buffer } = {},
): Buffer {
  const type = Type.forSchema(schema, { wrapUnions: 'auto' });
  const sync = Buffer.from('0123456789abcdef');
  const meta = Type.forSchema({ type: 'map', values: 'bytes' });
  const long = Type.forSchema('long');
  const blocks: Buffer[] = [];
  for (let at = 0; at < values.length; at += perBlock) {
    const some = values.slice(at, at + perBlock);
    const block = pack(Buffer.concat(some.map((value) => type.toBuffer(value))));
    blocks.push(long.toBuffer(some.length), long.toBuffer(block.length), block, sync);
  }
  const header = { 'avro.schema': Buffer.from(JSON.stringify(schema)), 'avro.codec': Buffer.from(codec) };
  return Buffer.concat([Buffer.from('Obj\u0001'), meta.toBuffer(header), sync, ...blocks]);
}
