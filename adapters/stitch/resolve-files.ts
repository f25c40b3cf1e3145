import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { StitchSettings } from '../../core/contracts/customer360.ts';
import { InvalidInput } from '../../core/errors.ts';
import { type Measured, proposeFeed } from '../../core/feeds/discovery/propose.ts';
import { ident, text } from '../../core/sql/quote.ts';
import { type AnyRecords, anyRecords, type ResolveWishes, withWholes } from '../../core/stitch/any-records.ts';
import { inputHash } from '../../core/stitch/model/state.ts';
import { shapeOf } from '../../core/stitch/records/shape.ts';
import { followersSql, repeats, repetitionSql, withoutRepeated } from '../../core/stitch/repeated-columns.ts';
import type { ResolveReport } from '../../core/stitch/reports/resolve-report.ts';
import { measureRows, readTexts } from '../files/discover.ts';
import { unchanged } from '../files/opening.ts';
import { DuckDbSession } from '../sql/duckdb/session.ts';
import { handOfCheckout, withCrew } from './crew.ts';
import { readRecords, size } from './prepare.ts';
import { reportOn } from './resolve-report.ts';
import {
  isKept,
  keptOf,
  type ResultFile,
  type ResultPlaces,
  refuseReserved,
  writeReport,
  writerOf,
} from './resolve-result.ts';
import { type Run, resolveAll } from './run.ts';
import { Stages } from './stages.ts';

export interface ResolveRequest extends ResolveWishes, ResultPlaces {
  threads?: number;
  signal: AbortSignal;
  progress?: (stage: string, done: number, total?: number) => void;
}

/** Rows of a file that are looked at to tell what its columns are, and fewer than twice as many. */
const LOOKED_AT = 2000;

/**
 * Resolves the people of any files with nothing set: finds out what their columns are, runs Stitch over them, and writes
 * the rows as they were with `amp_id` beside them, in their order.
 */
export async function resolveFiles(request: ResolveRequest): Promise<ResolveReport> {
  const write = await writerOf(request);
  const workFolder = await mkdtemp(join(tmpdir(), 'resolve-'));
  const session = await DuckDbSession.open({
    threads: request.threads ?? 2,
    spillFolder: workFolder,
    signal: request.signal,
  });
  try {
    const stages = new Stages(request.progress);
    const files = await stages.run('load', () => readFiles(session, request, workFolder));
    const { prepared, found } = await withCrew(handOfCheckout, rowsOf(files), (crew) =>
      resolveRows({ session, stages, crew }, request, files, workFolder),
    );
    if (found === undefined) throw new InvalidInput('the files have no records');
    await stages.run('write', () => session.run('the result', write(files)));
    const uses = files.map(({ name, rows, plan }) => ({ file: name, rows, uses: plan.uses }));
    const report = await reportOn(session, uses, { ...found, ...prepared }, stages.seconds);
    const told = { ...report, warnings: [...leftOut(files), ...report.warnings] };
    if (request.report !== undefined) await writeReport(request.report, told);
    return told;
  } finally {
    session.close();
    await rm(workFolder, { recursive: true, force: true });
  }
}

/** What of files is not in the result. */
const leftOut = (files: readonly ReadFile[]): string[] =>
  files
    .filter(({ unreadable }) => unreadable > 0)
    .map(
      ({ name, unreadable }) =>
        `${unreadable} records of ${name} can't be read and are not in the result: \`tributary discover\` says more of the file`,
    );

/** The rows of files to people. */
async function resolveRows(
  by: Pick<Run, 'session' | 'stages' | 'crew'>,
  { signal, progress, ...request }: ResolveRequest,
  files: readonly ReadFile[],
  outFolder: string,
) {
  const { relation, names } = recordsOf(files);
  const tagged = await by.stages.run('read', () => readRecords(by.session, by.crew, relation, names));
  const shape = shapeOf(
    names,
    names.filter((name) => tagged.columns.get(name)?.isEmpty),
  );
  const settings = StitchSettings.parse({ id: 'stitch/resolve' });
  const input = { records: null, settings: inputHash(settings), labels: [] };
  const stitch = {
    ...{ tenant: 'resolve', records: request.files.join(', '), settings, outFolder },
    ...{ asOf: '1970-01-01T00:00:00Z', runId: 'resolve', signal, ...(progress && { progress }) },
  };
  return resolveAll({ ...by, request: stitch, shape, input, last: undefined, model: undefined }, tagged);
}

interface ReadFile extends ResultFile {
  rows: number;
  /** Records of the file that are no rows. */
  unreadable: number;
  plan: AnyRecords;
  /** SQL over a row of the table that is its key among the records. */
  pk: string;
}

async function readFiles(session: DuckDbSession, request: ResolveRequest, workFolder: string): Promise<ReadFile[]> {
  const files: ReadFile[] = [];
  for (const [i, path] of request.files.entries())
    files.push(await readFile(session, request, { path, table: `file_${i}`, first: rowsOf(files), workFolder }));
  refuseUnknown(request, files);
  return files;
}

async function readFile(
  session: DuckDbSession,
  { signal, files, ...wishes }: ResolveRequest,
  { path, table, first, workFolder }: { path: string; table: string; first: number; workFolder: string },
): Promise<ReadFile> {
  const name = basename(path);
  const loading = { path, name, table, ofSeveral: files.length > 1, workFolder, signal };
  const { own, row, ...loaded } = await unchanged(path, name, () => load(session, loading));
  const measured = withWholes(loaded);
  const parts = new Set(measured.compositions.flatMap(({ of }) => of));
  const proposed = anyRecords(proposeFeed(measured), wishes, parts);
  const rows = await size(session, table);
  const plan = withoutRepeated(proposed, await repeatedIn(session, table, proposed));
  const { unreadable } = measured;
  const columns = measured.columns.map(({ field }) => field);
  const written = { name, table, first, columns, own, row };
  return { ...written, rows, unreadable, plan, pk: await keyOf(session, written, plan) };
}

interface Loading {
  path: string;
  name: string;
  table: string;
  ofSeveral: boolean;
  workFolder: string;
  signal: AbortSignal;
}

type Loaded = Measured & Pick<ResultFile, 'own' | 'row'>;

/** What has the number of a row in its table. */
const ENGINES_ROW = 'rowid';
const OWN_ROW = '"row of the file"';

/** Table of a file's rows as text, nested values as columns of their own, and what a part of them says of the columns. */
async function load(session: DuckDbSession, { table, ofSeveral, ...file }: Loading): Promise<Loaded> {
  let own: ResultFile['own'] = [];
  let row = ENGINES_ROW;
  const { flattened: _, ...read } = await readTexts({ ...file, session }, async (rows, place) => {
    // Files of an archive need not agree in their types.
    own = place === 0 ? rows.columns.map(keptOf) : [];
    const texts = rows.texts(own.filter(isKept));
    const columns = await session.types(`the columns of ${file.name}`, `(${texts})`);
    const names = [...columns, ...rows.columns].map((column) => column.name);
    refuseReserved(file.name, names, ofSeveral);
    // The engine numbers the rows of a table itself, quicker, unless it has a column of that name.
    if (place === 0 && names.some((name) => name.toLowerCase() === ENGINES_ROW)) row = OWN_ROW;
    const before = place === 0 ? 0 : await size(session, table);
    const numbered =
      row === OWN_ROW ? `SELECT *, ${before} + row_number() OVER () - 1 AS ${row} FROM (${texts})` : texts;
    await session.run(
      `reading ${file.name}`,
      place === 0 ? `CREATE OR REPLACE TABLE ${table} AS ${numbered}` : `INSERT INTO ${table} BY NAME ${numbered}`,
    );
  });
  const looked = lookedAt(table);
  const every = Math.max(1, Math.floor((await size(session, table)) / LOOKED_AT));
  const beside = [...own.filter(isKept).map(({ as }) => ident(as)), ...(row === OWN_ROW ? [row] : [])];
  const values = beside.length === 0 ? '*' : `* EXCLUDE (${beside.join(', ')})`;
  await session.run(
    `some rows of ${file.name}`,
    `CREATE OR REPLACE TABLE ${looked} AS SELECT ${values} FROM ${table} WHERE ${row} % ${every} = 0`,
  );
  return {
    file: file.name,
    source: 'resolve',
    name:
      file.name
        .replace(/(\.[a-z0-9]{1,8})+$/i, '')
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '_') || 'records',
    ...read,
    ...(await measureRows(session, looked)),
    own,
    row,
  };
}

/** The columns that nobody knows and that only say once more what known ones say, or more telling ones of them; and why. */
async function repeatedIn(session: DuckDbSession, table: string, plan: AnyRecords): Promise<Map<string, string>> {
  const left = new Map<string, string>();
  const looked = `some_records_of_${table}`;
  if (plan.guesses.length > 0) {
    const values = plan.columns.map(({ name, sql }) => `${sql} AS ${ident(name)}`).join(', ');
    const some = `SELECT ${values} FROM (${overFile(plan, lookedAt(table))})`;
    await session.run('some records', `CREATE OR REPLACE TABLE ${looked} AS ${some}`);
  }
  const measured = async (what: string, sql: string) =>
    (await session.rows<Record<string, number>>(what, sql))[0] ?? {};
  /** By column that is kept, how far those behind it follow from it. */
  const following: [string, Record<string, number>][] = [];
  for (const [place, column] of plan.guesses.entries()) {
    const { 'share repeated': repeated = 0, ...follows } = await measured(
      'repetition',
      repetitionSql(looked, column, plan.known),
    );
    for (const [from, shares] of following) follows[from] = shares[column] ?? 0;
    const because = repeats({ repeated, follows }, plan);
    const behind = plan.guesses.slice(place + 1);
    if (because !== undefined) left.set(column, because);
    else if (behind.length > 0)
      following.push([column, await measured('followers', followersSql(looked, column, behind, plan.known))]);
  }
  return left;
}

/** The table of the rows that are looked at. */
const lookedAt = (table: string) => `some_of_${table}`;

/** The rows of a plan over a relation in the place of its table `file`. */
const overFile = ({ rows }: AnyRecords, relation: string) => rows.replace(/\bFROM file\b/, `FROM ${relation} file`);

/** The key column where it tells the rows of each source apart, else the number of the row. */
async function keyOf(
  session: DuckDbSession,
  { name: file, table, row }: Pick<ResultFile, 'name' | 'table' | 'row'>,
  plan: AnyRecords,
): Promise<string> {
  const { key, keyGiven, sourceField, source } = plan;
  const rowNumber = `lpad(${row}::VARCHAR, 12, '0')`;
  if (key === undefined) return rowNumber;
  const value = ident(key);
  const [counted] = await session.rows<{ rows: number; keys: number }>(
    'the keys',
    `SELECT count(*)::INTEGER AS rows, count(DISTINCT (${source}, ${value})) FILTER (${value} IS NOT NULL)::INTEGER AS keys FROM (${overFile(plan, table)})`,
  );
  if (counted === undefined || counted.keys === counted.rows) return value;
  if (!keyGiven) return rowNumber;
  const [within, ofSource] =
    sourceField === undefined ? ['', ''] : [` of one ${sourceField}`, ` within each ${sourceField}`];
  throw new InvalidInput(
    `--key ${key} does not name the records of ${file}: of ${counted.rows} rows it has ${counted.keys} values${ofSource}; expected another in each row${within}`,
  );
}

function refuseUnknown({ key, source, tags }: ResolveWishes, files: readonly ReadFile[]): void {
  const known = new Set(files.flatMap(({ plan }) => plan.uses.map(({ field }) => field)));
  for (const field of [key, source, ...tags.keys()]) {
    if (field === undefined || known.has(field)) continue;
    throw new InvalidInput(`no file has a column ${field}: expected one of ${[...known].join(', ')}`);
  }
}

/** All files' records, as Stitch takes them, and the names of their tagged columns. */
function recordsOf(files: readonly ReadFile[]): { relation: string; names: string[] } {
  const names = [...new Set(files.flatMap(({ plan }) => plan.columns.map(({ name }) => name)))].sort();
  const arms = files.map(({ table, first, row: ofFile, plan, pk }, i) => {
    const values = names.map((name) => {
      const sql = plan.columns.find((column) => column.name === name)?.sql;
      return `${sql ?? `NULL::${name.startsWith('birthdate') ? 'DATE' : 'VARCHAR'}`} AS ${ident(name)}`;
    });
    const file = ofFile === ENGINES_ROW ? `(SELECT *, ${ofFile} FROM ${table})` : table;
    const row = `${first} + ${ofFile} AS "row"`;
    return `SELECT ${[row, `${sourceOf(plan, i, files.length)} AS datasource`, `${pk} AS pk`, ...values].join(', ')} FROM (${overFile(plan, file)})`;
  });
  return { relation: `(${arms.join('\nUNION ALL\n')})`, names };
}

/** Rows of all files are numbered in one. */
const rowsOf = (files: readonly ReadFile[]) => files.reduce((sum, { rows }) => sum + rows, 0);

/** Sources of several files are never one. */
const sourceOf = (plan: AnyRecords, i: number, files: number) =>
  files === 1 ? plan.source : `${text(`${i}/`)} || ${plan.source}`;
