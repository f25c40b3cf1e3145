import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { documentText, readDocuments, writeDocuments } from '../../cli/documents-folder.ts';
import type { Document } from '../../core/contracts/configuration.ts';
import { parseDocument } from '../../core/environments/documents.ts';
import { demoFolder } from '../../local/demo.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-documents-'));
});
afterEach(() => rm(folder, { recursive: true }));

const inIdOrder = (documents: Document[]) => documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
const documentsOf = async (path: string) => (await readDocuments(path)).map(({ document }) => document);

describe('a folder of documents', () => {
  test('gives back what was written into it, the whole demo tenant for one', async () => {
    const demo = await documentsOf(demoFolder);
    const { written } = await writeDocuments(folder, demo);
    expect(written).toContain('merge-policies/default.yaml');
    expect(inIdOrder(await documentsOf(folder))).toEqual(inIdOrder(demo));
  });

  test('keeps any text of a document, however it would read as YAML', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'binary' }), (sql, name) => {
        const query = parseDocument({ id: 'query/any', name, sql });
        expect(parseDocument(parse(documentText(query)))).toEqual(query);
      }),
    );
  });

  test('says nothing that is the default', () => {
    const feed = parseDocument({
      id: 'feed/web-people',
      source: 'web',
      name: 'people',
      fields: [{ field: 'id' }],
      primary_key: ['id'],
    });
    expect(parse(documentText(feed))).toEqual({
      id: 'feed/web-people',
      source: 'web',
      name: 'people',
      fields: [{ field: 'id' }],
      primary_key: ['id'],
    });
  });

  test('keeps the comments, and the place, of a file that says the same', async () => {
    const text = '# Why this one\nid: query/shared\nname: Shared\nsql: SELECT 1\n';
    await writeFile(join(folder, 'anywhere.yaml'), text);
    const [document] = await documentsOf(folder);
    if (!document) throw new Error('no document');
    expect(await writeDocuments(folder, [document])).toEqual({ written: [], others: [] });
    const changed = parseDocument({ ...document, name: 'Changed' });
    expect((await writeDocuments(folder, [changed])).written).toEqual(['anywhere.yaml']);
  });

  test('names every file that can not be read, with the field or the line', async () => {
    await writeFile(join(folder, 'a.yaml'), 'id: query/a\nname: [1]\nsql: SELECT 1\n');
    await writeFile(join(folder, 'b.yaml'), 'id: query/b\nname: "open\n');
    await writeFile(join(folder, 'c.yaml'), 'id: qeury/c\n');
    await writeFile(join(folder, 'd.yaml'), 'id: query/e\nname: One\nsql: SELECT 1\n');
    await writeFile(join(folder, 'e.yaml'), 'id: query/e\nname: Two\nsql: SELECT 1\n');
    const refusal = await readDocuments(folder).then(
      () => undefined,
      (cause: Error) => cause,
    );
    const lines = refusal?.message.split('\n') ?? [];
    expect(lines[0]).toMatch(/^a\.yaml query\/a: name: /);
    expect(lines[1]).toMatch(/^b\.yaml: .* at line \d+, column \d+/);
    expect(lines[2]).toMatch(/^c\.yaml: unknown kind of document in id "qeury\/c"/);
    expect(lines[3]).toMatch(/^e\.yaml: query\/e is in d\.yaml too/);
    expect(lines).toHaveLength(4);
  });

  test('with files of documents that are no longer there says so, and leaves them', async () => {
    const text = 'id: query/gone\nname: Gone\nsql: SELECT 1\n';
    await writeFile(join(folder, 'gone.yaml'), text);
    expect(await writeDocuments(folder, [])).toEqual({ written: [], others: ['gone.yaml'] });
    expect(await readFile(join(folder, 'gone.yaml'), 'utf8')).toBe(text);
  });
});
