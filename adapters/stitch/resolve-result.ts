import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidInput } from '../../core/errors.ts';
import { asText } from '../../core/feeds/conversions.ts';
import { isNested } from '../../core/feeds/discovery/flatten.ts';
import { ident, text } from '../../core/sql/quote.ts';
import { type ResolveReport, reportHtml } from '../../core/stitch/reports/resolve-report.ts';
import type { FileColumn, KeptColumn } from '../files/discover.ts';

/** What is read, and where what comes of it goes. */
export interface ResultPlaces {
  files: readonly string[];
  /** Ends in `.csv`, `.csv.gz`, `.parquet`, `.ndjson`, `.jsonl` or `.json`. */
  out: string;
  /** Where to write the report: the same name with `.html` and with `.json` behind it. */
  report?: string;
}

/** A COPY of the result of files to where it goes, refused before any work where that can't be written. */
export async function writerOf(places: ResultPlaces): Promise<(files: readonly ResultFile[]) => string> {
  const { out } = places;
  const format = FORMATS.find(({ ending }) => ending.test(out));
  if (format === undefined) {
    throw new InvalidInput(`--out ${out}: expected a file that ends in .csv, .csv.gz, .parquet, .ndjson or .json`);
  }
  await refusePlaces(places);
  return (files) => `COPY (${resultOf(files, format)}) TO ${text(out)} (FORMAT ${format.options})`;
}

/** How a result is written: as what the columns of a file are in it, and those that are of other types in another file. */
interface Written {
  ending: RegExp;
  options: string;
  valuesOf: (file: ResultFile) => Value[];
  common: (value: Value) => string;
}

/** Every file that is written has a folder, and is neither read nor written twice. */
async function refusePlaces({ files, out, report }: ResultPlaces): Promise<void> {
  const taken = new Map(files.map((file) => [resolve(file), 'one of the files to read, which stay as they are']));
  const written = [
    ['--out', out],
    ...(report === undefined ? [] : reportFiles(report).map((path) => ['--report', path])),
  ];
  for (const [option, path = ''] of written) {
    const by = taken.get(resolve(path));
    if (by !== undefined) throw new InvalidInput(`${option} ${path} is ${by}: name another file`);
    taken.set(resolve(path), 'the file that --out names');
    await access(`${dirname(resolve(path))}/`, constants.W_OK).catch((cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EACCES' ? 'nothing may be written in its folder' : 'there is no such folder';
      throw new InvalidInput(`${option} ${path}: ${why}: expected the name of a file in a folder to write in`, {
        cause,
      });
    });
  }
}

const reportFiles = (report: string): string[] => [`${report}.json`, `${report}.html`];

export async function writeReport(name: string, report: ResolveReport): Promise<void> {
  const [json = '', html = ''] = reportFiles(name);
  await writeFile(json, `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(html, reportHtml(report));
}

/** A file whose rows are in a table as texts. */
export interface ResultFile {
  name: string;
  table: string;
  /** The number of its first row among those of all files. */
  first: number;
  /** SQL of a row's number in the table. */
  row: string;
  /** Columns of texts, flattened. */
  columns: readonly string[];
  /** What the file has a column for, save where it is several files: then its texts are. */
  own: readonly OwnColumn[];
}

/** A column of a file; its values are its texts, unless they are kept. */
type OwnColumn = FileColumn | KeptColumn;

/** Types whose texts are their values once more. */
const RESTORED =
  /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\([\d,]+\)|DOUBLE|FLOAT|BOOLEAN|DATE|TIME[A-Z_ ]*|UUID|BLOB|INTERVAL)$/;

/** Structures, lists and maps are kept beside their texts, and values of several types. */
export const keptOf = (column: FileColumn): OwnColumn =>
  isNested(column) || column.type === 'JSON' ? { ...column, as: `${column.name} as in the file` } : column;

export const isKept = (column: OwnColumn): column is KeptColumn => 'as' in column;

/** A column of the result: its type, and its SQL over a table of texts. */
interface Value {
  name: string;
  type: string;
  sql: string;
}

const asTexts = ({ columns }: ResultFile): Value[] =>
  columns.map((name) => ({ name, type: 'VARCHAR', sql: `f.${ident(name)}` }));

const asParquet = (file: ResultFile): Value[] =>
  file.own.length === 0 ? asTexts(file) : file.own.map((column) => typedValue(column));

function typedValue(column: OwnColumn): Value {
  const { name, type, isJson } = column;
  if (isKept(column) && isNested(column)) {
    const kept = `f.${ident(column.as)}`;
    return { name, type, sql: isJson ? `json_transform(${kept}, ${text(JSON.stringify(type))})` : kept };
  }
  const texts = `f.${ident(column.text ?? name)}`;
  return RESTORED.test(type) ? { name, type, sql: `CAST(${texts} AS ${type})` } : { name, type: 'VARCHAR', sql: texts };
}

const asJson = (file: ResultFile): Value[] =>
  file.own.length === 0 ? asTexts(file) : file.own.map((column) => jsonValue(column));

function jsonValue(column: OwnColumn): Value {
  if (isKept(column)) return { name: column.name, type: 'JSON', sql: `to_json(f.${ident(column.as)})` };
  const { name, type, sql } = typedValue(column);
  if (type !== 'DOUBLE' && type !== 'FLOAT') return { name, type, sql };
  // JSON has no numbers that are infinite or none.
  return { name, type, sql: `CASE WHEN isfinite(${sql}) THEN to_json(${sql}) ELSE to_json(${sql}::VARCHAR) END` };
}

const TEXTS = { valuesOf: asTexts, common: ({ sql }: Value) => sql };
const JSONS = { valuesOf: asJson, common: ({ sql }: Value) => `to_json(${sql})` };
const FORMATS: Written[] = [
  { ending: /\.csv$/, options: 'csv, HEADER', ...TEXTS },
  { ending: /\.csv\.gz$/, options: 'csv, HEADER, COMPRESSION gzip', ...TEXTS },
  { ending: /\.parquet$/, options: 'parquet', valuesOf: asParquet, common: ({ sql, type }) => asText(sql, type) },
  { ending: /\.(ndjson|jsonl)$/, options: 'json', ...JSONS },
  { ending: /\.json$/, options: 'json, ARRAY true', ...JSONS },
];

/** A name that no file has a column of. */
const ROW = '"row of all files"';

/** The rows of all files, as they were and in their order, with what was found. */
function resultOf(files: readonly ResultFile[], { valuesOf, common }: Written): string {
  const values = files.map(valuesOf);
  const isOne = ({ name, type }: Value) =>
    values.flat().every((other) => other.name.toLowerCase() !== name.toLowerCase() || other.type === type);
  const arms = files.map(({ table, name: file, first, row }, i) => {
    const found = (values[i] ?? []).map(
      (value) => `${isOne(value) ? value.sql : common(value)} AS ${ident(value.name)}`,
    );
    const columns = [...(files.length > 1 ? [`${text(file)} AS file`] : []), ...found, 'p.amp_id', `p."row" AS ${ROW}`];
    return `SELECT ${columns.join(', ')}
FROM ${table} f JOIN found p ON p."row" = ${first} + f.${row}`;
  });
  return `WITH found AS (SELECT r."row", i.amp_id FROM assigned a JOIN record r USING (rid) JOIN identity i USING (cluster))
SELECT * EXCLUDE (${ROW}) FROM (${arms.join(' UNION ALL BY NAME ')}) ORDER BY ${ROW}`;
}

/** Refuses a column whose name the result gives to another. */
export function refuseReserved(file: string, columns: readonly string[], ofSeveral: boolean): void {
  const reserved = ['amp_id', ...(ofSeveral ? ['file'] : [])];
  const found = columns.find((column) => reserved.includes(column.toLowerCase()));
  if (found === undefined) return;
  throw new InvalidInput(
    `${file} has a column ${found}, a name that the result has for something else: expected none called ${reserved.join(' or ')}; rename it or leave it out`,
  );
}
