import { afterAll, beforeAll, expect, test } from 'vitest';
import { DuckDbSession } from '../../../adapters/sql/duckdb/session.ts';
import { readColumns } from '../../../adapters/stitch/columns.ts';
import { alone } from '../../../core/stitch/crew.ts';
import { marks } from '../../../core/stitch/records/columns.ts';

let session: DuckDbSession;
beforeAll(async () => {
  session = await DuckDbSession.open();
});
afterAll(() => session.close());

test('a text with the marks that rows are taken apart by stays in its column, with blanks in their stead', async () => {
  const marked = Object.values(marks).map((mark) => `'a' || chr(${mark}) || 'b'`);
  const rows = [...marked, "'plain'", 'NULL'].map((name, i) => `(${i}, ${name}, 'city ${i}')`);
  const relation = `(SELECT * FROM (VALUES ${rows.join(', ')}) AS r(id, name, city))`;
  const { columns } = await readColumns(session, alone, relation, 'id', ['name', 'city']);
  const read = (column: string) => rows.map((_, row) => columns.get(column)?.text(row));
  expect(read('name')).toEqual(['a b', 'a b', 'a b', 'plain', undefined]);
  expect(read('city')).toEqual(['city 0', 'city 1', 'city 2', 'city 3', 'city 4']);
});

test('of a column of lists the values stay apart', async () => {
  const relation = "(SELECT 0 AS id, ['a@x.org', 'b@x.org'] AS emails, 'x' AS name)";
  const { columns } = await readColumns(session, alone, relation, 'id', ['emails', 'name'], ['emails']);
  const value = String.fromCharCode(marks.value);
  expect(columns.get('emails')?.text(0)).toBe(['a@x.org', 'b@x.org'].join(value));
});
