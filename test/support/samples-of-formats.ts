import { encode } from 'cborg';
import iconv from 'iconv-lite';
import type { FileFormat } from '../../core/contracts/sources.ts';
import { text } from '../../core/sql/quote.ts';
import { avroOf } from './avro.ts';
import { parquetOf } from './parquet.ts';
import { workbookOfTexts } from './workbook.ts';

/** A row that every format can say. */
export interface Sample {
  id: string;
  name: string;
}

interface SampleFormat {
  format: FileFormat;
  /** Of a text format, which may be in any encoding. */
  text?: (rows: readonly Sample[]) => string;
  bytes?: (rows: readonly Sample[]) => Uint8Array | Promise<Uint8Array>;
}

/** How each format writes some rows. */
export const sampleFormats: Readonly<Record<string, SampleFormat>> = {
  csv: {
    format: { type: 'csv' },
    text: (rows) => `id,name\n${rows.map(({ id, name }) => `${id},${name}\n`).join('')}`,
  },
  ndjson: { format: { type: 'ndjson' }, text: (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join('') },
  json: { format: { type: 'json' }, text: (rows) => JSON.stringify(rows, null, 1) },
  'json one after the other': {
    format: { type: 'json' },
    text: (rows) => rows.map((row) => JSON.stringify(row)).join(''),
  },
  xml: {
    format: { type: 'xml', row_tag: 'row' },
    text: (rows) =>
      `<rows>\n${rows.map(({ id, name }) => `<row><id>${id}</id><name>${name}</name></row>\n`).join('')}</rows>`,
  },
  'fixed-width': {
    format: {
      type: 'fixed-width',
      layout: [
        { field: 'id', start: 1, length: 6 },
        { field: 'name', start: 7, length: 20 },
      ],
    },
    text: (rows) => rows.map(({ id, name }) => `${id.padEnd(6)}${name}\n`).join(''),
  },
  xlsx: {
    format: { type: 'xlsx' },
    bytes: (rows) => workbookOfTexts([['id', 'name'], ...rows.map(({ id, name }) => [id, name])]),
  },
  avro: {
    format: { type: 'avro' },
    bytes: (rows) =>
      avroOf(
        {
          type: 'record',
          name: 'row',
          fields: [
            { name: 'id', type: 'string' },
            { name: 'name', type: 'string' },
          ],
        },
        rows,
        { perBlock: 5 },
      ),
  },
  cbor: { format: { type: 'cbor' }, bytes: (rows) => Buffer.concat(rows.map((row) => encode(row))) },
  parquet: {
    format: { type: 'parquet' },
    bytes: (rows) =>
      parquetOf(
        `FROM (VALUES ${rows.map(({ id, name }) => `(${text(id)}, ${text(name)})`).join(', ')}) AS t(id, name)`,
      ),
  },
};

/** Encodings of texts, by how they are told. */
export const encodings: Readonly<Record<string, (text: string) => Buffer>> = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\uFEFF${text}`),
  'UTF-16LE': (text) => iconv.encode(`\uFEFF${text}`, 'utf-16le'),
  'UTF-16BE': (text) => iconv.encode(`\uFEFF${text}`, 'utf-16be'),
  'Windows-1252': (text) => iconv.encode(text, 'windows-1252'),
};
