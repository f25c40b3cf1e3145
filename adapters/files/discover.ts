import { basename, dirname, isAbsolute, join } from 'node:path';
import type { DiscoveredFeed } from '../../core/contracts/discover.ts';
import type { FileFormat } from '../../core/contracts/sources.ts';
import { UnreadableFile } from '../../core/errors.ts';
import { snakeCase } from '../../core/feeds/columns.ts';
import { asText } from '../../core/feeds/conversions.ts';
import { composeColumns } from '../../core/feeds/discovery/compositions.ts';
import { type Flattened, flatten, isNested, type NestedColumn } from '../../core/feeds/discovery/flatten.ts';
import { type Measured, proposeFeed } from '../../core/feeds/discovery/propose.ts';
import { ident, text } from '../../core/sql/quote.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { detectFormat } from './detect-format.ts';
import type { NestedRows, RawTable } from './formats/format.ts';
import { measureColumns, measureKeys } from './measure.ts';
import { openFile, reading, unchanged } from './opening.ts';
import { unpack } from './packing/unpack.ts';

interface Discovering {
  path: string;
  name: string;
  source?: string | undefined;
  members?: string | undefined;
  decryptionKeys?: readonly string[] | undefined;
  session: DuckDbSession;
  workFolder: string;
  signal: AbortSignal;
}

/** Profiles a whole file and proposes its feed. */
export async function discoverFile(discovering: Discovering): Promise<DiscoveredFeed> {
  return unchanged(discovering.path, discovering.name, async () => proposeFeed(await measure(discovering)));
}

async function measure(discovering: Discovering): Promise<Measured> {
  const { name, session, workFolder } = discovering;
  const copies: string[] = [];
  const read = await readTexts(discovering, async (rows, place) => {
    const copy = join(workFolder, `raw-${place}.parquet`);
    await session.run(`reading ${name}`, `COPY (${rows.texts()}) TO ${text(copy)} (FORMAT parquet)`);
    copies[place] = copy;
  });
  const raw = `read_parquet([${copies.map(text).join(', ')}], union_by_name = true)`;
  return { file: name, ...namesFor(name, discovering.source), ...read, ...(await measureRows(session, raw)) };
}

/**
 * Hands over the rows of every plain file that a file consists of, as texts, and tells what the files are. Files of an
 * archive have to be of one kind. One whose first reading failed is handed over again, for the same place.
 */
export async function readTexts(
  packed: Omit<Discovering, 'source'>,
  take: (rows: TextRows, place: number) => Promise<unknown>,
): Promise<Pick<Measured, 'format' | 'unreadable' | 'flattened'>> {
  let first: { name: string; format: FileFormat } | undefined;
  let [place, unreadable] = [0, 0];
  let flattened: Flattened | undefined;
  for await (const plain of unpack(packed)) {
    const file = { ...packed, ...plain };
    const format = await detectFormat(file);
    if (first !== undefined && first.format.type !== format.type) refuseKinds(packed.name, first, { ...plain, format });
    const { opened, result } = await reading(await openFile({ ...file, format, expected: [] }), async (table) => {
      const rows = await textRows(packed.session, plain.name, table);
      await take(rows, place);
      return rows.flattened;
    });
    first ??= { name: plain.name, format: detected(opened.table.format, format) };
    place += 1;
    flattened ??= result;
    unreadable += await countUnreadable(packed.session, opened.table);
  }
  const { members } = packed;
  const format = { ...(first?.format ?? { type: 'csv' }), ...(members === undefined ? {} : { members }) };
  return { format, unreadable, ...(flattened === undefined ? {} : { flattened }) };
}

type Kind = { name: string; format: FileFormat };

function refuseKinds(name: string, one: Kind, other: Kind): never {
  throw new UnreadableFile(
    `${name} holds files of several kinds: ${one.name} is ${one.format.type} and ${other.name} is ${other.format.type}: expected one kind; unpack it and discover each, then let \`members\` of each format say which are its`,
  );
}

/** What the values of a relation of texts say of its columns, of those that they could make, and of its keys. */
export async function measureRows(
  session: DuckDbSession,
  raw: string,
): Promise<Pick<Measured, 'rows' | 'columns' | 'compositions' | 'keys'>> {
  const columns = await measureColumns(session, raw, await fieldsOf(session, raw));
  const composed = composeColumns(columns);
  const values = composed.map(({ sql, column }) => `CAST(${sql} AS VARCHAR) AS ${ident(column)}`);
  const facts = await measureColumns(
    session,
    `(SELECT ${values.join(', ')} FROM ${raw})`,
    composed.map(({ column }) => column),
  );
  const compositions = composed.flatMap((composition, i) => {
    const made = facts[i];
    return made === undefined || made.filled === 0 ? [] : [{ ...composition, facts: made }];
  });
  return { rows: columns[0]?.rows ?? 0, columns, compositions, keys: await measureKeys(session, raw, columns) };
}

/** The rows of a plain file as texts, flattened where they are nested. */
export interface TextRows {
  /** SQL of every row, so that a copy can be made and the file itself is read once; `kept` values beside their texts. */
  texts(kept?: readonly KeptColumn[]): string;
  flattened: Flattened | undefined;
  /** What the file has a column for. */
  columns: FileColumn[];
}

/** A column of a file with its type: as the file tells it, else one that fits all values. */
export interface FileColumn extends NestedColumn {
  /** The column of the texts that has its values, undefined where several have them. */
  text: string | undefined;
  /** True of values that are JSON in the file. */
  isJson: boolean;
}

/** Values as the file has them, under another name. */
export interface KeptColumn extends FileColumn {
  as: string;
}

async function textRows(session: DuckDbSession, name: string, table: RawTable): Promise<TextRows> {
  if (table.columns.length === 0)
    throw new UnreadableFile(`${name} has no object with a field: expected some, whose fields are a feed's`);
  const nested = await table.nested?.(session);
  const source = nested?.relation ?? table.relation;
  const described = await session.rows<{ column_name: string; column_type: string }>(
    `reading the columns of ${name}`,
    `DESCRIBE SELECT * FROM ${source}`,
  );
  const columns = described.map(({ column_name, column_type }) => ({ name: column_name, type: column_type }));
  const flat = flatten(columns);
  const flattened = columns.some(isNested) ? flat : undefined;
  return {
    texts(kept = []) {
      if (flattened === undefined && kept.length === 0) return plainTexts(table, columns);
      const values = flat.columns.map(({ name: column, sql }) => `CAST(${sql} AS VARCHAR) AS ${ident(column)}`);
      const beside = kept.map((column) => ident(column.as));
      return `SELECT ${[...values, ...beside].join(', ')} FROM ${withKept(kept, source, nested)}`;
    },
    flattened,
    columns: columns.map((column) => ({
      ...column,
      text: flat.columns.find(({ path }) => path.length === 1 && path[0] === column.name)?.name,
      isJson: nested?.asJson !== undefined,
    })),
  };
}

function plainTexts(table: RawTable, columns: readonly NestedColumn[]): string {
  const asIs =
    table.nested === undefined
      ? columns
      : table.columns.filter((column) => columns.some((one) => one.name === column.name));
  const values = asIs.map((column) => `${asText(ident(column.name), column.type)} AS ${ident(column.name)}`);
  const readable = table.unreadable === undefined ? '' : ` WHERE NOT (${table.unreadable.when})`;
  return `SELECT ${values.join(', ')} FROM ${table.relation}${readable}`;
}

/** Rows with some values a second time, as they are in the file. */
function withKept(kept: readonly KeptColumn[], relation: string, nested: NestedRows | undefined): string {
  if (kept.length === 0) return relation;
  const values = kept.map(({ name, as }) => `${ident(name)} AS ${ident(as)}`).join(', ');
  if (nested?.asJson === undefined) return `(SELECT *, ${values} FROM ${relation})`;
  const typed = kept.map(
    ({ name, type }) => `json_transform(${ident(name)}, ${text(JSON.stringify(type))}) AS ${ident(name)}`,
  );
  return `(SELECT * REPLACE (${typed.join(', ')}), ${values} FROM ${nested.asJson(kept.map(({ name }) => name))})`;
}

async function fieldsOf(session: DuckDbSession, relation: string): Promise<string[]> {
  const described = await session.rows<{ column_name: string }>(
    'reading columns',
    `DESCRIBE SELECT * FROM ${relation}`,
  );
  return described.map(({ column_name }) => column_name);
}

/** Records that can't be read: rows of the table, and those that were separated from it. */
async function countUnreadable(session: DuckDbSession, { relation, unreadable, rejected }: RawTable): Promise<number> {
  const counts = [];
  if (unreadable !== undefined) counts.push(`SELECT count(*) AS records FROM ${relation} WHERE ${unreadable.when}`);
  if (rejected !== undefined) {
    const lines = `read_json(${text(rejected)}, format = 'newline_delimited', maximum_object_size = 67108864, columns = {'line': 'BIGINT'})`;
    counts.push(`SELECT count(*) AS records FROM ${lines}`);
  }
  if (counts.length === 0) return 0;
  const [counted] = await session.rows<{ records: bigint }>(
    'counting what is unreadable',
    `SELECT sum(records)::BIGINT AS records FROM (${counts.join(' UNION ALL ')})`,
  );
  return Number(counted?.records);
}

const detected = (found: FileFormat, declared: FileFormat): FileFormat =>
  declared.encoding === undefined ? found : { ...found, encoding: declared.encoding };

/** `crm/2026-11-23/customers-2026-11-23.csv.gz` → source `crm` unless it is given, name `customers`. */
function namesFor(path: string, source: string | undefined): { source: string; name: string } {
  const bare = basename(path)
    .replace(/(\.[a-z0-9]{1,8})+$/i, '')
    .replace(/[-_.]?\d{4}[-_.]?\d{2}[-_.]?\d{2}.*$/, '');
  const name = snakeCase(bare === '' ? 'data' : bare);
  const folder = dirname(path)
    .split('/')
    .filter((part) => /[a-z]/i.test(part))
    .at(-1);
  return { source: snakeCase(source ?? (isAbsolute(path) ? undefined : folder) ?? name), name };
}
