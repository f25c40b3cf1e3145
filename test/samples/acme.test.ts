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
const ids = new Set(documents.map(({ id }) => id));

function all<Kind extends DocumentKind>(kind: Kind): DocumentOf<Kind>[] {
  return documents.filter(({ id }) => id.startsWith(`${kind}/`)) as DocumentOf<Kind>[];
}
const feeds = all('feed');
const couriers = all('courier');

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
    expect(ids.size).toBe(documents.length);
  });

  test('refers only to documents and files that are there', () => {
    for (const courier of couriers) {
      const files = courier.files.map(({ name }) => name);
      for (const load of courier.loads) {
        expect(ids, courier.id).toContain(load.feed);
        expect(files, courier.id).toContain(load.file);
        if (load.ingest_query) expect(ids).toContain(load.ingest_query);
      }
    }
    for (const group of all('courier-group')) {
      expect(group.couriers.map(({ courier }) => courier).sort()).toEqual(couriers.map(({ id }) => id).sort());
    }
    const stitched = feeds.filter(({ stitch }) => stitch).map(({ source, name }) => `${source}_${name}`);
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
        const path = `${courier.settings.path}/${pattern.replace('{yyyy}-{MM}-{dd}', '{date}').replace('*', '')}`;
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

  test('keys and last-updated columns are columns of their tables', () => {
    for (const feed of feeds) {
      const columns = feed.fields.map(({ field, column }) => column ?? field.toLowerCase());
      for (const key of [...feed.primary_key, feed.last_updated ?? feed.primary_key[0]])
        expect(columns, feed.id).toContain(key);
    }
    for (const table of all('domain-table')) {
      const columns = outputs(table.sql);
      for (const column of [...table.primary_key, ...Object.keys(table.semantics)])
        expect(columns, table.id).toContain(column);
    }
  });

  test('tags transactions, mail and products with everything that the reference requires', () => {
    const item = [
      'order-id product-id order-datetime item-quantity item-revenue order-discount-amount is-return is-cancellation',
      'purchase-brand purchase-channel store-id',
    ];
    const required: Record<string, string[]> = {
      'txn-item': item.join(' ').split(' '),
      'email-event': ['brand', 'email', 'event-datetime', 'event-type', 'send-id'],
      'email-opt': ['email', 'is-email-opted-in'],
      pc: ['product-id', 'product-name'],
    };
    const tagsOf = [
      ...feeds.map((feed) => feed.fields.flatMap(({ semantics }) => semantics)),
      ...all('domain-table').map(({ semantics }) => Object.values(semantics).flat()),
    ];
    for (const [prefix, names] of Object.entries(required)) {
      const tables = tagsOf.filter((tags) => tags.some((tag) => tag.startsWith(`${prefix}/`)));
      expect(tables.length, prefix).toBeGreaterThan(0);
      for (const tags of tables) expect(tags).toEqual(expect.arrayContaining(names.map((name) => `${prefix}/${name}`)));
    }
    for (const tags of tagsOf) expect(new Set(tags).size, 'a tag twice on a table').toBe(tags.length);
  });

  test('explains itself: every kind of document has a comment', () => {
    for (const kind of Object.keys(documentSchemas).filter((kind) => kind !== 'user')) {
      const of = texts.filter(({ text }) => (parse(text) as Document).id.startsWith(`${kind}/`));
      expect(
        of.some(({ text }) => text.startsWith('# ')),
        kind,
      ).toBe(true);
    }
  });
});
