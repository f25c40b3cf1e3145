import type { Document, DocumentKind } from '../core/contracts/configuration.ts';
import { documentSchemas } from '../core/contracts/configuration.ts';
import type { CourierFile } from '../core/contracts/sources.ts';
import { type CustomerSource, customerSources } from './customers-sql.ts';

/** The tenant that the bench loads its files into: three tables of customers and one of order lines. */
export const benchDocuments: Document[] = [
  document({ id: 'tenant/bench', name: 'bench' }),
  ...(Object.keys(customerSources) as CustomerSource[]).flatMap((source) => [
    courier(source, 'customers', 'customers.csv'),
    customerFeed(source),
  ]),
  courier('shop', 'order-lines', 'order-lines.csv'),
  lineFeed(),
  document({
    id: 'courier-group/daily',
    couriers: [...Object.keys(customerSources), 'shop'].map((source) => ({ courier: `courier/${source}` })),
  }),
  document({ id: 'stitch/default' }),
  document({
    id: 'merge-policy/default',
    sources: Object.keys(customerSources).map((source, place) => ({
      datasource: `${source}_customers`,
      priority: place + 1,
    })),
  }),
];

/** What is left out gets its default, as when a YAML file is read. */
function document(raw: { id: `${DocumentKind}/${string}` } & Record<string, unknown>): Document {
  return documentSchemas[raw.id.split('/')[0] as DocumentKind].parse(raw);
}

function courier(source: string, name: string, file: string): Document {
  const files: CourierFile[] = [
    { name: 'file', pattern: `{yyyy}-{MM}-{dd}/${file}`, optional: false, format: { type: 'csv' } },
  ];
  const loads = [{ feed: `feed/${source}-${name}`, file: 'file' }];
  return document({ id: `courier/${source}`, type: 'folder', settings: { path: source }, files, loads });
}

function customerFeed(source: CustomerSource): Document {
  return document({
    id: `feed/${source}-customers`,
    source,
    name: 'customers',
    stitch: true,
    primary_key: ['customer_id'],
    last_updated: 'updated_at',
    fields: [
      { field: 'customer_id', required: true, semantics: ['ck', 'fk-customer'] },
      { field: 'given_name', semantics: ['given-name'] },
      ...['surname', 'email', 'phone', 'address', 'city', 'state', 'postal'].map((tag) => ({
        field: tag,
        semantics: [tag],
      })),
      { field: 'birthdate', type: 'Date', semantics: ['birthdate'] },
      { field: 'updated_at', type: 'Datetime', required: true, semantics: ['update-dt'] },
    ],
  });
}

function lineFeed(): Document {
  const item = (field: string, tag: string, type = 'String') => ({ field, type, semantics: [`txn-item/${tag}`] });
  const money = 'Decimal(38,4)';
  return document({
    id: 'feed/shop-order-lines',
    source: 'shop',
    name: 'order_lines',
    primary_key: ['order_id', 'product_id'],
    last_updated: 'updated_at',
    fields: [
      { ...item('order_id', 'order-id'), required: true },
      { ...item('product_id', 'product-id'), required: true },
      { field: 'customer_id', semantics: ['fk-customer'] },
      item('ordered_at', 'order-datetime', 'Datetime'),
      item('quantity', 'item-quantity', 'Integer'),
      item('list_price', 'unit-list-price', money),
      item('discount', 'item-discount-amount', money),
      item('revenue', 'item-revenue', money),
      item('order_discount', 'order-discount-amount', money),
      item('is_return', 'is-return', 'Boolean'),
      item('is_cancellation', 'is-cancellation', 'Boolean'),
      item('brand', 'purchase-brand'),
      item('channel', 'purchase-channel'),
      item('store_id', 'store-id'),
      item('currency', 'currency'),
      { field: 'updated_at', type: 'Datetime', required: true },
    ],
  });
}
