import { access, constants, open, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidInput } from '../../core/errors.ts';
import { ident, text } from '../../core/sql/quote.ts';
import { type ResolveReport, reportHtml } from '../../core/stitch/reports/resolve-report.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';

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
  const formats: [RegExp, string][] = [
    [/\.csv$/, '(FORMAT csv, HEADER)'],
    [/\.csv\.gz$/, '(FORMAT csv, HEADER, COMPRESSION gzip)'],
    [/\.parquet$/, '(FORMAT parquet)'],
    [/\.(ndjson|jsonl)$/, '(FORMAT json)'],
    [/\.json$/, '(FORMAT json, ARRAY true)'],
  ];
  const format = formats.find(([name]) => name.test(out))?.[1];
  if (format === undefined) {
    throw new InvalidInput(`--out ${out}: expected a file that ends in .csv, .csv.gz, .parquet, .ndjson or .json`);
  }
  await refusePlaces(places);
  return (files) => `COPY (${resultOf(files)}) TO ${text(out)} ${format}`;
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
  columns: readonly string[];
  /** By column, what was no text in the file. */
  types: ReadonlyMap<string, string>;
}

/** Types whose texts are their values once more. */
const RESTORED = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DECIMAL\([\d,]+\)|DOUBLE|FLOAT|BOOLEAN|DATE|TIME[A-Z_ ]*)$/;

/** What columns of a Parquet that is not packed are beside texts; other files have texts, or tell no types beforehand. */
export async function typesIn(session: DuckDbSession, path: string): Promise<ReadonlyMap<string, string>> {
  if (!(await isParquet(path))) return new Map();
  const described = await session.rows<{ column_name: string; column_type: string }>(
    'the types of columns',
    `DESCRIBE SELECT * FROM read_parquet(${text(path)})`,
  );
  // Flattened, a column may have the name of another.
  if (described.some(({ column_type }) => column_type.startsWith('STRUCT'))) return new Map();
  const typed = described.filter(({ column_type }) => RESTORED.test(column_type));
  return new Map(typed.map(({ column_name, column_type }) => [column_name, column_type]));
}

async function isParquet(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.toString('latin1') === 'PAR1';
  } finally {
    await file.close();
  }
}

/** A name that no file has a column of. */
const ROW = '"row of all files"';

/** The rows of all files, as they were and in their order, with what was found. A column of several types is text. */
function resultOf(files: readonly ResultFile[]): string {
  const isOne = ([column, type]: [string, string]) => {
    const isIt = (name: string) => name.toLowerCase() === column.toLowerCase();
    return files.every(({ types, columns }) => columns.filter(isIt).every((name) => types.get(name) === type));
  };
  const restored = (types: ResultFile['types']) =>
    [...types].filter(isOne).map(([column, type]) => `CAST(f.${ident(column)} AS ${type}) AS ${ident(column)}`);
  const values = (list: readonly string[]) => `f.*${list.length > 0 ? ` REPLACE (${list.join(', ')})` : ''}`;
  const arms = files.map(
    ({ table, name, first, types }) =>
      `SELECT ${files.length > 1 ? `${text(name)} AS file, ` : ''}${values(restored(types))}, p.amp_id, p."row" AS ${ROW}
FROM ${table} f JOIN found p ON p."row" = ${first} + f.rowid`,
  );
  return `WITH found AS (SELECT r."row", i.amp_id FROM assigned a JOIN record r USING (rid) JOIN identity i USING (cluster))
SELECT * EXCLUDE (${ROW}) FROM (${arms.join(' UNION ALL BY NAME ')}) ORDER BY ${ROW}`;
}

/** Refuses a column whose name the result gives to another, or the engine to the numbers of rows. */
export function refuseReserved(file: string, columns: readonly string[], ofSeveral: boolean): void {
  const reserved = ['amp_id', 'rowid', ...(ofSeveral ? ['file'] : [])];
  const found = columns.find((column) => reserved.includes(column.toLowerCase()));
  if (found === undefined) return;
  throw new InvalidInput(
    `${file} has a column ${found}, a name that the result has for something else: expected none called ${reserved.join(' or ')}; rename it or leave it out`,
  );
}
