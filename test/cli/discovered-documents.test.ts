import { expect, test } from 'vitest';
import { discoveredDocuments } from '../../cli/discovered-documents.ts';
import type { DiscoveredFeed } from '../../core/contracts/discover.ts';
import type { Courier } from '../../core/contracts/sources.ts';
import { validateDocuments } from '../../core/environments/validate.ts';

const discovered = (
  source: string,
  name: string,
  file: string,
  ingest_query: string | null = null,
): DiscoveredFeed => ({
  file,
  format: { type: 'csv' },
  rows: 1,
  columns: [],
  primary_keys: [],
  last_updated: null,
  ingest_query,
  feed: {
    id: `feed/${source}-${name}`,
    source,
    name,
    fields: [{ field: 'id', type: 'String', patterns: [], required: false, semantics: [] }],
    primary_key: ['id'],
    error_threshold: 1,
    stitch: false,
  },
  questions: [],
});

test('what is discovered comes with the courier and the group that load it', () => {
  const found = [discovered('shop', 'orders', 'orders.csv'), discovered('shop', 'people', 'people-2026-11-23.csv.gz')];
  const documents = discoveredDocuments(found, []);
  expect(documents.map(({ id }) => id).sort()).toEqual([
    'courier-group/daily',
    'courier/shop',
    'feed/shop-orders',
    'feed/shop-people',
  ]);
  const courier = documents.find(({ id }) => id === 'courier/shop');
  expect(courier).toMatchObject({
    type: 'folder',
    settings: { path: 'shop' },
    files: [
      { name: 'orders', pattern: 'orders*.csv' },
      { name: 'people', pattern: 'people-{yyyy}-{MM}-{dd}.csv.gz' },
    ],
  });
  expect(validateDocuments(documents).errors).toEqual([]);
});

test('a source or a file that is discovered later is added to what is there, and one that is discovered again replaced', () => {
  const first = discoveredDocuments([discovered('shop', 'orders', 'orders.csv')], []);
  const second = discoveredDocuments([discovered('crm', 'people', 'people.csv', 'SELECT * FROM file')], first);
  const third = discoveredDocuments([discovered('crm', 'people', 'persons.csv')], second);
  const one = (id: string) => third.find((document) => document.id === id);
  expect(one('courier-group/daily')).toMatchObject({
    couriers: [{ courier: 'courier/shop' }, { courier: 'courier/crm' }],
  });
  expect(one('courier/crm')).toMatchObject({ files: [{ pattern: 'persons*.csv' }] });
  expect(validateDocuments(third).errors).toEqual([]);
});

test('no pattern matches the files of another, whether they are discovered at once or one after the other', () => {
  const [order, lines] = [
    discovered('shop', 'order', 'order.csv'),
    discovered('shop', 'lines', 'order-lines.csv'),
  ] as const;
  const orders = [
    discoveredDocuments([order, lines], []),
    discoveredDocuments([lines], discoveredDocuments([order], [])),
    discoveredDocuments([order], discoveredDocuments([lines], [])),
  ];
  for (const documents of orders) {
    const courier = documents.find(({ id }) => id === 'courier/shop') as Courier;
    expect(Object.fromEntries(courier.files.map(({ name, pattern }) => [name, pattern]))).toEqual({
      order: 'order.csv',
      lines: 'order-lines*.csv',
    });
  }
});
