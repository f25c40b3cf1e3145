import { access, constants, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { InvalidInput } from '../../core/errors.ts';
import { text } from '../../core/sql/quote.ts';
import { type ResolveReport, reportHtml } from '../../core/stitch/reports/resolve-report.ts';

/** What is read, and where what comes of it goes. */
export interface ResultPlaces {
  files: readonly string[];
  /** Ends in `.csv`, `.csv.gz`, `.parquet`, `.ndjson`, `.jsonl` or `.json`. */
  out: string;
  /** Where to write the report: the same name with `.html` and with `.json` behind it. */
  report?: string;
}

/** A COPY of a query to where the result goes, refused before any work where that can't be written. */
export async function writerOf(places: ResultPlaces): Promise<(sql: string) => string> {
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
  return (sql) => `COPY (${sql}) TO ${text(out)} ${format}`;
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
}

/** A name that no file has a column of. */
const ROW = '"row of all files"';

/** The rows of all files, as they were and in their order, with what was found. */
export function resultOf(files: readonly ResultFile[]): string {
  const arms = files.map(
    ({ table, name, first }) =>
      `SELECT ${files.length > 1 ? `${text(name)} AS file, ` : ''}f.*, p.amp_id, p."row" AS ${ROW}
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
    `${file} has a column ${found}: the result has one of this name that says something else; expected none called ${reserved.join(' or ')}: rename it or leave it out`,
  );
}
