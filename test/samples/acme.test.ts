import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  type Document,
  type DocumentKind,
  type DocumentOf,
  documentSchemas,
} from '../../core/contracts/configuration.ts';
import { tableOfFeed } from '../../core/environments/configuration.ts';
import { validateDocuments } from '../../core/environments/validate.ts';
import { columnOf } from '../../core/feeds/columns.ts';
import { validateTags } from '../../core/semantics/validate.ts';
import { ident } from '../../core/sql/quote.ts';
import { translate } from '../../core/sql/translate.ts';
import { type SourceFile, sourceFiles } from '../../samples/generate/source-files.ts';

const folder = new URL('../../samples/acme/', import.meta.url).pathname;
const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.yaml'))
  .sort()
  .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }));

function read({ path, text }: { path: string; text: string }): Document {
  const raw = parse(text) as { id: string };
  const kind = raw.id.split('/')[0] as DocumentKind;
  const result = documentSchemas[kind].safeParse(raw);
  if (!result.success) throw new Error(`${path}: ${result.error.message}`);
  return result.data;
}
const documents = texts.map(read);

function all<Kind extends DocumentKind>(kind: Kind): DocumentOf<Kind>[] {
  return documents.filter(({ id }) => id.startsWith(`${kind}/`)) as DocumentOf<Kind>[];
}
const feeds = all('feed');
const couriers = all('courier');

const groupOf = (tag: string): string => (tag.includes('/') ? (tag.split('/')[0] ?? '') : '');

/** Of the generator's file that a pattern means; the call centre packs its own, and the web shop's become those of a stream. */
function pathOf({ path, stream }: Record<string, unknown>, pattern: string): string {
  const dated = pattern.replace('{yyyy}-{MM}-{dd}', '{date}');
  if (stream === 'stream/web-events') return `web-events/${dated.replace('*', 'events')}`;
  return `${path}/${dated.replace('*', '').replace('.zip.pgp', '')}`;
}

/** The type that the custom domain table's SQL passes on or computes. */
function typeOf(column: string): string {
  if (column.startsWith('is_')) return 'Boolean';
  if (column.endsWith('_datetime')) return 'Datetime';
  if (column.endsWith('_quantity')) return 'Integer';
  return /price|subtotal|amount|revenue|cost/.test(column) ? 'Decimal(38,4)' : 'String';
}

/** Names that a SELECT gives its columns, in its outermost list. */
const outputs = (sql: string): string[] =>
  (sql.match(/SELECT([\s\S]*?)FROM/)?.[1] ?? '')
    .replaceAll(/--.*$/gm, '')
    .split(',')
    .map((column) => column.trim().match(/(\w+)$/)?.[1] ?? '');

describe('the configuration of the demo tenant', () => {
  test('has a document of each kind that a tenant needs, each in the file that its id names', () => {
    const kinds = [
      'tenant',
      'courier',
      'feed',
      'ingest-query',
      'domain-table',
      'courier-group',
      'stitch',
      'merge-policy',
    ];
    for (const kind of kinds)
      expect(
        documents.some(({ id }) => id.startsWith(`${kind}/`)),
        kind,
      ).toBe(true);
    for (const { path, text } of texts) {
      const id = (parse(text) as Document).id;
      expect(path.split('/')[1]).toBe(`${id.split('/')[1]}.yaml`);
    }
  });

  test('is valid as a whole', () => {
    const { errors, warnings } = validateDocuments(documents);
    expect([...errors, ...warnings]).toEqual([]);
  });

  test('runs every courier in its group and stitches every table of customers', () => {
    for (const group of all('courier-group')) {
      expect(group.couriers.map(({ courier }) => courier).sort()).toEqual(couriers.map(({ id }) => id).sort());
    }
    const stitched = feeds.filter(({ stitch }) => stitch).map(tableOfFeed);
    expect(
      all('stitch')
        .flatMap(({ tables }) => tables ?? [])
        .sort(),
    ).toEqual(stitched.sort());
    for (const { sources } of all('merge-policy'))
      expect(sources.map(({ datasource }) => datasource).sort()).toEqual(stitched);
  });

  test('names exactly the columns of the files that the generator writes', () => {
    const filesByPath = new Map<string, SourceFile>(Object.values(sourceFiles).map((file) => [file.path, file]));
    for (const courier of couriers) {
      for (const load of courier.loads) {
        const pattern = courier.files.find(({ name }) => name === load.file)?.pattern ?? '';
        const path = pathOf(courier.settings, pattern);
        const query = all('ingest-query').find(({ id }) => id === load.ingest_query);
        const columns = query ? outputs(query.sql) : filesByPath.get(path)?.columns;
        const feed = feeds.find(({ id }) => id === load.feed);
        expect(
          feed?.fields.map(({ field }) => field),
          `${load.feed} reads ${path}`,
        ).toEqual(columns);
        filesByPath.delete(path);
      }
    }
    expect([...filesByPath.keys()], 'files that no courier loads').toEqual([]);
  });

  test('has custom domain tables whose keys and tagged columns their SQL gives', () => {
    for (const table of all('domain-table')) {
      expect(outputs(table.sql), table.id).toEqual(
        expect.arrayContaining([...table.primary_key, ...Object.keys(table.semantics)]),
      );
    }
  });

  test('tags customers, transactions, mail and products with everything that these need', () => {
    const tables = [
      ...feeds.map((feed) => feed.fields.map((field) => ({ ...field, name: columnOf(field) }))),
      ...all('domain-table').map(({ semantics }) =>
        Object.entries(semantics).map(([name, tags]) => ({ name, type: typeOf(name), semantics: tags })),
      ),
    ];
    for (const columns of tables) expect(validateTags(columns)).toEqual([]);
    const groups = new Set(tables.flatMap((columns) => columns.flatMap(({ semantics }) => semantics)).map(groupOf));
    expect([...groups].sort()).toEqual(['', 'email-event', 'email-opt', 'pc', 'txn-item']);
  });

  test('has SQL that runs on a laptop, over tables that there are', () => {
    const domain = [...feeds.map(tableOfFeed), ...all('domain-table').map(({ name }) => name)];
    for (const { id, sql } of [...all('domain-table'), ...all('table'), ...all('query')]) {
      const { reads } = translate(sql, { tables: ({ table }) => ident(table), asOf: '2026-10-01T00:00:00Z' });
      const unknown = reads.filter(({ schema, table }) => schema !== 'customer360' && !domain.includes(table));
      expect(unknown, id).toEqual([]);
    }
  });

  /** People make the first two; nothing of the demo's lies at another's system. */
  const ABSENT = new Set(['user', 'correction', 'connection']);
  test('explains itself: every kind of document that it has is shown with a comment', () => {
    for (const kind of Object.keys(documentSchemas).filter((kind) => !ABSENT.has(kind))) {
      const of = texts.filter(({ text }) => (parse(text) as Document).id.startsWith(`${kind}/`));
      expect(
        of.some(({ text }) => text.startsWith('# ')),
        kind,
      ).toBe(true);
    }
  });
});
