import { ident } from '../../core/sql/quote.ts';
import type { Crew } from '../../core/stitch/crew.ts';
import { marks } from '../../core/stitch/records/columns.ts';
import { shared } from '../../core/stitch/records/grown.ts';
import { type ReadColumns, readPieces } from '../../core/stitch/records/reading.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import { streamBytes } from './texts.ts';

/** Rows that come in one value. */
const TOGETHER = 20_480;

/**
 * Columns of a relation as numbers of their distinct texts, in the order of `id`, a column of distinct numbers from 0 on.
 * Texts of a million rows come in some fifty values, many rows in each: a text for each cell would take ten times as long.
 */
export async function readColumns(
  session: DuckDbSession,
  crew: Crew,
  relation: string,
  id: string,
  names: readonly string[],
  lists: readonly string[] = [],
): Promise<ReadColumns> {
  const row = (text: (name: string) => string) => {
    const texts = names.map((name) => `coalesce(${lists.includes(name) ? joined(name) : text(name)}, '')`);
    return `concat_ws(${chr(marks.column)}, ${[ident(id), ...texts].join(', ')})`;
  };
  const marked = hasMark(names.filter((name) => !lists.includes(name)));
  const rows = `CASE WHEN ${marked} THEN ${row(unmarked)} ELSE ${row(plain)} END`;
  const sql = `SELECT encode(string_agg(${rows}, ${chr(marks.row)})) AS rows FROM ${relation} GROUP BY ${ident(id)} // ${TOGETHER}`;
  const pieces: Uint8Array[] = [];
  await streamBytes(session, 'stitch: columns', sql, (rows) => {
    const piece = shared.bytes(rows.length);
    piece.set(rows);
    pieces.push(piece);
  });
  return readPieces(crew, pieces.length * TOGETHER, pieces, names);
}

const chr = (mark: number) => `chr(${mark})`;

const eachMark = Object.values(marks).map(chr);

const plain = (name: string) => `${ident(name)}::VARCHAR`;

/** A text in which no mark is taken for one. */
const unmarked = (name: string) => `translate(${plain(name)}, ${eachMark.join(' || ')}, '   ')`;

/** Whether any of a row's texts has a mark: hardly one has, and it is looked for in all at once, since `translate` takes three times as long. */
function hasMark(names: readonly string[]): string {
  const texts = `concat(${names.map(plain).join(', ')})`;
  return names.length === 0 ? 'false' : eachMark.map((mark) => `contains(${texts}, ${mark})`).join(' OR ');
}

const joined = (name: string) => `array_to_string(${ident(name)}, ${chr(marks.value)})`;
