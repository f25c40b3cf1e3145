import type { Product } from './catalog.ts';
import { type Random, serial, type Weighted } from './random.ts';
import { day, endOf, moment } from './time.ts';

/** One product of an order; money in cents, all of it zero or less in a return or cancellation. */
export interface Line {
  product: Product;
  quantity: number;
  subtotal: number;
  discount: number;
  revenue: number;
  tax: number;
  cost: number;
}

/** A sale, or a document that takes all or part of one back and has a number of its own. */
export interface Order {
  id: string;
  kind: 'sale' | 'return' | 'cancellation';
  original: string;
  at: number;
  brand: string;
  payment: string;
  lines: Line[];
  discount: number;
  shipping: number;
}

export const money = (cents: number): string => (cents / 100).toFixed(2);

export const sum = (lines: Line[], field: 'subtotal' | 'revenue' | 'tax'): number =>
  lines.reduce((total, line) => total + line[field], 0);

/** Makes what one customer buys over the years, oldest first, with what goes back. */
export class Shopping {
  readonly #random: Random;
  readonly #catalog: Weighted<Product>;
  readonly #end: number;
  readonly #prefix: string;
  #count = 0;

  constructor(random: Random, catalog: Weighted<Product>, deliveries: number, prefix: string) {
    this.#random = random;
    this.#catalog = catalog;
    this.#end = endOf(deliveries - 1);
    this.#prefix = prefix;
  }

  of(customerSince: number): Order[] {
    const random = this.#random;
    const start = Math.max(customerSince, moment(2024, 10, 1));
    const orders: Order[] = [];
    let wanted = random.chance(0.3) ? 0 : 1;
    while (wanted > 0 && wanted < 12 && random.chance(0.5)) wanted++;
    for (; wanted > 0; wanted--) orders.push(...this.#sale(random.between(start, this.#end)));
    // Somebody buys every day: a few more in the days of the daily deliveries.
    if (random.chance(0.06)) orders.push(...this.#sale(random.between(Math.max(start, endOf(0)), this.#end)));
    return orders.filter(({ at }) => at <= this.#end);
  }

  #sale(at: number): Order[] {
    const random = this.#random;
    const lines = this.#basket();
    const revenue = sum(lines, 'revenue');
    const coupon = revenue > 4000 && random.chance(0.15) ? random.pick([500, 1000]) : 0;
    const sale: Order = {
      id: this.#number('O'),
      kind: 'sale',
      original: '',
      at,
      brand: random.chance(0.8) ? 'Acme' : 'Acme Kids',
      payment: random.pick(['card', 'card', 'card', 'paypal', 'gift_card']),
      lines,
      discount: coupon,
      shipping: revenue > 7500 ? 0 : 595,
    };
    // A coupon is not given back, so an order with one is not cancelled here.
    if (coupon === 0 && random.chance(0.03)) return [sale, this.#back('cancellation', sale, random.between(600, day))];
    return random.chance(0.09) ? [sale, this.#back('return', sale, random.between(3, 25) * day)] : [sale];
  }

  #back(kind: 'return' | 'cancellation', sale: Order, after: number): Order {
    const kept = kind === 'return' ? this.#random.between(0, sale.lines.length - 1) : 0;
    const lines = sale.lines.slice(kept).map((line) => ({
      product: line.product,
      quantity: -line.quantity,
      subtotal: -line.subtotal,
      discount: 0 - line.discount,
      revenue: -line.revenue,
      tax: -line.tax,
      cost: -line.cost,
    }));
    const shipping = kind === 'cancellation' ? 0 - sale.shipping : 0;
    const id = this.#number(kind === 'return' ? 'R' : 'C');
    return { ...sale, id, kind, original: sale.id, at: sale.at + after, lines, discount: 0, shipping };
  }

  /** A product is in an order once. */
  #basket(): Line[] {
    const random = this.#random;
    const products = new Set<Product>();
    for (let more = random.pick([1, 1, 2, 2, 3, 5]); more > 0; more--) products.add(random.draw(this.#catalog));
    return [...products].map((product) => {
      const quantity = random.chance(0.85) ? 1 : random.between(2, 4);
      const subtotal = product.price * quantity;
      const discount = Math.round((subtotal * random.pick([0, 0, 0, 10, 20, 30])) / 100);
      const revenue = subtotal - discount;
      return {
        product,
        quantity,
        subtotal,
        discount,
        revenue,
        tax: Math.round(revenue * 0.0725),
        cost: product.cost * quantity,
      };
    });
  }

  #number(kind: string): string {
    return `${this.#prefix}${kind}${serial(this.#count++)}`;
  }
}
