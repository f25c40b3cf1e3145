import { InvalidInput } from '../../../core/errors.ts';
import { avro } from './avro.ts';
import { cbor } from './cbor.ts';
import { csv } from './csv.ts';
import { fixedWidth } from './fixed-width.ts';
import type { FormatReader } from './format.ts';
import { json } from './json.ts';
import { ndjson } from './ndjson.ts';
import { parquet } from './parquet.ts';
import { xlsx } from './xlsx.ts';
import { xml } from './xml.ts';

const FORMATS: readonly FormatReader[] = [csv, json, ndjson, parquet, xml, fixedWidth, xlsx, avro, cbor];

/** The reader of a format by the name that documents use. */
export function formatReader(type: string): FormatReader {
  const found = FORMATS.find((format) => format.type === type);
  if (found !== undefined) return found;
  throw new InvalidInput(
    `file format ${JSON.stringify(type)} is not known: expected one of ${FORMATS.map((format) => format.type).join(', ')}`,
  );
}
