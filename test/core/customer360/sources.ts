import type { Source, SourceRow } from './small-tenant.ts';

/** Customers of one system; columns that a row leaves out are NULL. */
export const customers = (name: string, rows: SourceRow[]): Source => ({
  name,
  stitched: true,
  columns: {
    given: ['String', 'given-name'],
    last: ['String', 'surname'],
    mail: ['String', 'email'],
    tel: ['String', 'phone'],
    street: ['String', 'address'],
    street2: ['String', 'address2'],
    town: ['String', 'city'],
    region: ['String', 'state'],
    zip: ['String', 'postal'],
    born: ['Date', 'birthdate'],
    changed: ['Datetime', 'update-dt'],
    number: ['String', 'fk-customer', 'ck'],
  },
  rows,
});

/** Order lines that name their customer by `fk-customer`; a line is one item of 10.00 in dollars unless it says otherwise. */
export const orderLines = (rows: SourceRow[], name = 'web_order_lines'): Source => ({
  name,
  columns: {
    order_number: ['String', 'txn-item/order-id'],
    sku: ['String', 'txn-item/product-id'],
    at: ['Datetime', 'txn-item/order-datetime'],
    pieces: ['Integer', 'txn-item/item-quantity'],
    paid: ['Decimal(38,2)', 'txn-item/item-revenue'],
    off: ['Decimal(38,2)', 'txn-item/order-discount-amount'],
    returned: ['Boolean', 'txn-item/is-return'],
    canceled: ['Boolean', 'txn-item/is-cancellation'],
    brand: ['String', 'txn-item/purchase-brand'],
    channel: ['String', 'txn-item/purchase-channel'],
    shop: ['String', 'txn-item/store-id'],
    money: ['String', 'txn-item/currency'],
    customer: ['String', 'fk-customer'],
  },
  rows: rows.map((row) => ({ sku: 'sku', pieces: 1, paid: 10, ...row })),
});
