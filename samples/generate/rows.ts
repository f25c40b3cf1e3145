import type { Product } from './catalog.ts';
import { type Line, money, type Order, sum } from './purchases.ts';
import type { CustomerRecord } from './records.ts';
import type { Row } from './source-files.ts';
import { isoDate, isoTime, slashDate, slashTime } from './time.ts';

/** How each system writes what it holds. */
export function webCustomer(record: CustomerRecord): Row {
  return {
    customer_id: record.key,
    email: record.email,
    first_name: record.given,
    last_name: record.surname,
    suffix: record.suffix,
    phone: record.phone,
    birth_date: record.birthdate,
    gender: record.gender,
    address_1: record.street,
    address_2: record.unit,
    city: record.city,
    state: record.state,
    zip: record.postal,
    country: record.street === '' ? '' : 'US',
    loyalty_number: record.loyaltyNumber,
    created_at: isoTime(record.created),
    updated_at: isoTime(record.updated),
  };
}

/** Tills know capitals only. */
export function storeCustomer(record: CustomerRecord): Row {
  return {
    CUST_NO: record.key,
    FIRST_NM: record.given.toUpperCase(),
    LAST_NM: record.surname.toUpperCase(),
    SUFFIX: record.suffix.toUpperCase(),
    DOB: record.birthdate && slashDate(record.birthdate),
    SEX: record.gender,
    PHONE: record.phone,
    EMAIL: record.email,
    STREET: record.street.toUpperCase(),
    UNIT: record.unit.toUpperCase(),
    CITY: record.city.toUpperCase(),
    ST: record.state,
    ZIP: record.postal,
    LOYALTY_NO: record.loyaltyNumber,
    OPENED: slashTime(record.created),
    MODIFIED: slashTime(record.updated),
  };
}

const tiers = ['Bronze', 'Silver', 'Gold', 'Platinum'];

export function member(record: CustomerRecord, points: number): Row {
  const reached = Math.min(tiers.length, 1 + Math.floor(points / 900));
  return {
    member_id: record.key,
    name: { first: record.given, last: record.surname, suffix: record.suffix || null },
    birthdate: record.birthdate || null,
    gender: record.gender || null,
    contact: { emails: [{ address: record.email || null, primary: true }], mobile: record.phone || null },
    addresses: [
      {
        type: 'home',
        lines: [record.street || null, record.unit || null],
        city: record.city || null,
        state: record.state || null,
        postal: record.postal || null,
      },
    ],
    tiers: tiers
      .slice(0, reached)
      .map((name, step) => ({ name, since: isoDate(record.created + ((record.updated - record.created) * step) / 4) })),
    points,
    enrolled_at: isoTime(record.created),
    updated_at: isoTime(record.updated),
  };
}

export function webOrder(order: Order, customer: string, status: string, updated: number): Row {
  const [subtotal, revenue, tax] = (['subtotal', 'revenue', 'tax'] as const).map((field) => sum(order.lines, field));
  return {
    order_id: order.id,
    kind: order.kind,
    original_order_id: order.original,
    customer_id: customer,
    status,
    ordered_at: isoTime(order.at),
    brand: order.brand,
    currency: 'USD',
    device: order.at % 5 < 3 ? 'mobile' : 'desktop',
    payment_method: order.payment,
    subtotal: money(subtotal ?? 0),
    discount: money(order.discount),
    shipping: money(order.shipping),
    tax: money(tax ?? 0),
    total: money((revenue ?? 0) - order.discount + order.shipping + (tax ?? 0)),
    updated_at: isoTime(updated),
  };
}

export function webOrderLine(order: Order, line: Line): Row {
  return {
    order_id: order.id,
    sku: line.product.sku,
    quantity: line.quantity,
    list_price: money(line.product.price),
    subtotal: money(line.subtotal),
    discount: money(line.discount),
    revenue: money(line.revenue),
    tax: money(line.tax),
    cost: money(line.cost),
    updated_at: isoTime(order.at),
  };
}

export function storeTransaction(
  order: Order,
  line: Line,
  who: { customer: string; member: string; store: string },
): Row {
  return {
    TXN_NO: order.id,
    SKU: line.product.sku,
    STORE_NO: who.store,
    CHANNEL: 'store',
    CUST_NO: who.customer,
    LOYALTY_NO: who.member,
    TXN_TS: slashTime(order.at),
    BRAND: order.brand,
    CURRENCY: 'USD',
    TENDER: order.payment === 'paypal' ? 'cash' : order.payment,
    QTY: line.quantity,
    LIST_PRICE: money(line.product.price),
    SUBTOTAL: money(line.subtotal),
    DISC: money(line.discount),
    REVENUE: money(line.revenue),
    TAX: money(line.tax),
    COST: money(line.cost),
    TXN_DISC: money(order.discount),
    IS_RETURN: order.kind === 'return',
    IS_VOID: order.kind === 'cancellation',
  };
}

export function product(item: Product, delivered: number): Row {
  return {
    sku: item.sku,
    name: item.name,
    description: `${item.name} in ${item.material.toLowerCase()}, ${item.color.toLowerCase()}`,
    category: item.category,
    subcategory: item.subcategory,
    brand: item.brand,
    gender: item.gender,
    color: item.color,
    size: item.size,
    season: item.season,
    material: item.material,
    msrp: money(item.price),
    updated_at: isoTime(delivered),
  };
}
