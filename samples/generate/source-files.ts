/** A cell of a file; nested in JSON only. */
export type Cell = string | number | boolean | null | Cell[] | { [field: string]: Cell };
export type Row = Record<string, Cell>;

/** One of the files that come each day. */
export interface SourceFile {
  path: string;
  format: 'csv' | 'psv' | 'json' | 'ndjson' | 'xml';
  columns: readonly string[];
  /** What a malformed copy of a row loses or gets wrong. */
  key: string;
  date: string;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

export const sourceFiles = {
  products: {
    path: 'catalog/{date}/products.csv',
    format: 'csv',
    columns: words(`sku name description category subcategory brand gender color size season material msrp updated_at`),
    key: 'sku',
    date: 'updated_at',
  },
  webCustomers: {
    path: 'web/{date}/customers.csv',
    format: 'csv',
    columns:
      words(`customer_id email first_name last_name suffix phone birth_date gender address_1 address_2 city state zip
      country loyalty_number created_at updated_at`),
    key: 'customer_id',
    date: 'birth_date',
  },
  orders: {
    path: 'web/{date}/orders.csv',
    format: 'csv',
    columns: words(`order_id kind original_order_id customer_id status ordered_at brand currency device payment_method
      subtotal discount shipping tax total updated_at`),
    key: 'order_id',
    date: 'ordered_at',
  },
  orderLines: {
    path: 'web/{date}/order-lines.csv',
    format: 'csv',
    columns: words(`order_id sku quantity list_price subtotal discount revenue tax cost updated_at`),
    key: 'order_id',
    date: 'updated_at',
  },
  storeCustomers: {
    path: 'stores/{date}/customers.psv.gz',
    format: 'psv',
    columns: words(
      `CUST_NO FIRST_NM LAST_NM SUFFIX DOB SEX PHONE EMAIL STREET UNIT CITY ST ZIP LOYALTY_NO OPENED MODIFIED`,
    ),
    key: 'CUST_NO',
    date: 'DOB',
  },
  storeTransactions: {
    path: 'stores/{date}/transactions.psv.gz',
    format: 'psv',
    columns:
      words(`TXN_NO SKU STORE_NO CHANNEL CUST_NO LOYALTY_NO TXN_TS BRAND CURRENCY TENDER QTY LIST_PRICE SUBTOTAL DISC REVENUE TAX COST
      TXN_DISC IS_RETURN IS_VOID`),
    key: 'TXN_NO',
    date: 'TXN_TS',
  },
  members: {
    path: 'loyalty/{date}/members.json',
    format: 'json',
    columns: words(`member_id name birthdate gender contact addresses tiers points enrolled_at updated_at`),
    key: 'member_id',
    date: 'birthdate',
  },
  emailEvents: {
    path: 'email/{date}/events.ndjson',
    format: 'ndjson',
    columns: words(`event_id type email brand at send_id campaign_id campaign_name`),
    key: 'event_id',
    date: 'at',
  },
  subscriptions: {
    path: 'email/{date}/subscriptions.csv',
    format: 'csv',
    columns: words(`email brand program opted_in updated_at`),
    key: 'email',
    date: 'updated_at',
  },
  calls: {
    path: 'call-centre/{date}/calls.xml',
    format: 'xml',
    columns: words(`call_id given_name surname phone email reason agent seconds at`),
    key: 'call_id',
    date: 'at',
  },
  webEvents: {
    path: 'web-events/{date}/events.ndjson',
    format: 'ndjson',
    columns: words(`event_id type customer_id page device at`),
    key: 'event_id',
    date: 'at',
  },
} as const satisfies Record<string, SourceFile>;

export type SourceFileName = keyof typeof sourceFiles;
