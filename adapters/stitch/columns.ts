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
  const texts = names.map((name) => `coalesce(${lists.includes(name) ? joined(name) : unmarked(name)}, '')`);
  const row = `concat_ws(${chr(marks.column)}, ${[ident(id), ...texts].join(', ')})`;
  const sql = `SELECT encode(string_agg(${row}, ${chr(marks.row)})) AS rows FROM ${relation} GROUP BY ${ident(id)} // ${TOGETHER}`;
  const pieces: Uint8Array[] = [];
  await streamBytes(session, 'stitch: columns', sql, (rows) => {
    const piece = shared.bytes(rows.length);
    piece.set(rows);
    pieces.push(piece);
  });
  return readPieces(crew, pieces.length * TOGETHER, pieces, names);
}

const chr = (mark: number) => `chr(${mark})`;

/** A text in which no mark is taken for one. They are looked for first: hardly any text has one, and `translate` takes three times as long. */
function unmarked(name: string): string {
  const [value, all] = [`${ident(name)}::VARCHAR`, Object.values(marks).map(chr)];
  const marked = all.map((mark) => `contains(${value}, ${mark})`).join(' OR ');
  return `CASE WHEN ${marked} THEN translate(${value}, ${all.join(' || ')}, '   ') ELSE ${value} END`;
}

const joined = (name: string) => `array_to_string(${ident(name)}, ${chr(marks.value)})`;
