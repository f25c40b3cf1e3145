import { Calls } from './calls.ts';
import type { Product } from './catalog.ts';
import type { Deliveries } from './deliveries.ts';
import { Mailings } from './mailings.ts';
import type { Person } from './people.ts';
import { type Order, Shopping } from './purchases.ts';
import { type Random, serial, type Weighted } from './random.ts';
import { type CustomerRecord, outOfDate, type Source, signUp, testAccount, update } from './records.ts';
import * as rows from './rows.ts';
import { day, deliveryOf, endOf, moment } from './time.ts';
import type { TruthFile } from './truth.ts';
import { Visits } from './visits.ts';

const datasources: Record<Source, string> = {
  web: 'web_customers',
  stores: 'stores_customers',
  loyalty: 'loyalty_members',
};
const keyPrefix: Record<Source, string> = { web: 'W', stores: 'S', loyalty: 'L' };

/** The systems of one retail brand: what they come to know of people, delivery by delivery. */
export class Brand {
  readonly #random: Random;
  readonly #deliveries: Deliveries;
  readonly #truth: TruthFile;
  readonly #mailings: Mailings;
  readonly #calls: Calls;
  readonly #visits: Visits;
  readonly #web: Shopping;
  readonly #stores: Shopping;
  readonly #end: number;
  #records = 0;

  constructor(parts: {
    random: Random;
    /** Of what came to the demo later: it leaves the rest as it was. */
    contacts: Random;
    deliveries: Deliveries;
    truth: TruthFile;
    catalog: Weighted<Product>;
    count: number;
  }) {
    const { random, contacts, deliveries, truth, catalog, count } = parts;
    this.#random = random;
    this.#deliveries = deliveries;
    this.#truth = truth;
    this.#mailings = new Mailings(random, deliveries, count);
    this.#calls = new Calls(contacts, deliveries, truth, count);
    this.#visits = new Visits(contacts, deliveries, count);
    this.#web = new Shopping(random, catalog, count, 'W');
    this.#stores = new Shopping(random, catalog, count, 'T');
    this.#end = endOf(count - 1);
  }

  /** Somebody becomes a customer of some of the systems, of one of them twice now and then. */
  customer(person: Person): void {
    const random = this.#random;
    const sources = (['loyalty', 'web', 'stores'] as const).filter((source) =>
      random.chance({ loyalty: 0.42, web: 0.62, stores: 0.5 }[source]),
    );
    if (sources.length === 0) sources.push('web');
    let membership = '';
    const emails = new Map<string, number>();
    for (const source of sources) {
      for (let times = random.chance(source === 'loyalty' ? 0.03 : 0.1) ? 2 : 1; times > 0; times--) {
        const newest = this.#recordOf(source, person, membership);
        if (source === 'loyalty') membership = newest.key;
        if (source !== 'stores' && newest.email.includes('@')) emails.set(newest.email, newest.created);
      }
    }
    for (const [email, since] of emails) this.#mailings.to(email, since);
    this.#calls.of(person);
  }

  /** Made-up customers of the brand's own staff. One of each system is touched every day, so that no file is empty. */
  testAccounts(count: number): void {
    this.#calls.tryOut();
    this.#visits.tryOut();
    for (let n = 0; n < count; n++) {
      for (const source of ['loyalty', 'web', 'stores'] as const) {
        const created = moment(2024) + this.#random.between(0, 600) * day;
        const first = testAccount(this.#random, this.#key(source), n === 0 ? 'Nightly' : `Account ${n}`, created);
        this.#truth.write(datasources[source], first.key, `T${source}${n}`);
        this.#export(source, first);
        for (let when = endOf(1) - 1; n === 0 && when < this.#end; when += day) {
          this.#export(source, { ...first, updated: when });
        }
      }
    }
  }

  catalog({ values }: Weighted<Product>): void {
    for (let end = endOf(0); end <= this.#end; end += day) {
      for (const item of values) this.#deliveries.write('products', end - day, rows.product(item, end - day));
    }
  }

  #key(source: Source): string {
    return keyPrefix[source] + serial(this.#records++);
  }

  #recordOf(source: Source, person: Person, membership: string): CustomerRecord {
    const random = this.#random;
    const adult = moment(Number(person.birthdate.slice(0, 4)) + 16);
    const created = random.chance(0.015)
      ? random.between(endOf(0), this.#end - 1)
      : random.between(Math.max(adult, moment(2019)), endOf(0) - 1);
    const loyaltyNumber = random.chance(0.5) ? membership : '';
    const first = signUp(random, source, person, { key: this.#key(source), loyaltyNumber, created });
    this.#truth.write(datasources[source], first.key, person.id);
    const versions = this.#versions(person, first);
    this.#deliver(source, versions);
    if (source === 'web') this.#buyOnline(first);
    if (source === 'web') this.#visits.of(first.key, created);
    if (source === 'stores') this.#buyInStore(first, membership);
    return versions.at(-1) ?? first;
  }

  /** What the record said one after the other. */
  #versions(person: Person, first: CustomerRecord): CustomerRecord[] {
    const random = this.#random;
    const versions = [first];
    const revise = (when: number) => {
      const last = versions.at(-1) ?? first;
      if (when > last.updated && when < this.#end) versions.push(update(random, person, last, when));
    };
    if (random.chance(0.3)) revise(random.between(first.created, endOf(0) - 1));
    if (random.chance(0.01)) revise(random.between(endOf(0), this.#end - 1));
    const last = versions.at(-1) ?? first;
    if (outOfDate(person, last, this.#end) && random.chance(0.5)) {
      revise(Math.max(last.updated, this.#latestChange(person)) + random.between(60, 2 * day));
    }
    return versions;
  }

  #latestChange(person: Person): number {
    const timelines = [person.surname, person.email, person.phone, person.address];
    return Math.max(...timelines.map((timeline) => timeline.at(-1)?.from ?? 0));
  }

  /** Each delivery has the newest version; now and then an older one too, or again days later. */
  #deliver(source: Source, versions: CustomerRecord[]): void {
    versions.forEach((version, place) => {
      const next = versions[place + 1];
      const superseded = next !== undefined && deliveryOf(next.updated) === deliveryOf(version.updated);
      if (!superseded || this.#random.chance(0.05)) this.#export(source, version);
      if (this.#random.chance(0.004)) this.#export(source, version, this.#random.between(1, 3));
    });
  }

  #export(source: Source, record: CustomerRecord, late = 0): void {
    const when = record.updated;
    if (source === 'web') this.#deliveries.write('webCustomers', when, rows.webCustomer(record), late);
    else if (source === 'stores') this.#deliveries.write('storeCustomers', when, rows.storeCustomer(record), late);
    else this.#deliveries.write('members', when, rows.member(record, Number(record.key.slice(-4)) % 3600), late);
  }

  #buyOnline(customer: CustomerRecord): void {
    const orders = this.#web.of(customer.created);
    for (const order of orders) {
      const guest = this.#random.chance(0.02);
      this.#order(
        order,
        guest ? '' : customer.key,
        orders.some(({ kind, original }) => kind === 'cancellation' && original === order.id),
      );
      for (const line of order.lines) {
        const late = this.#random.chance(0.01) ? 1 : 0;
        this.#deliveries.write('orderLines', order.at, rows.webOrderLine(order, line), late);
      }
    }
  }

  /** An order is new on its day and settled the day after: then it comes again with its new status. */
  #order(order: Order, customer: string, cancelled: boolean): void {
    const settled = order.at + day;
    const final = order.kind === 'sale' ? (cancelled ? 'cancelled' : 'shipped') : 'refunded';
    if (deliveryOf(settled) > deliveryOf(order.at)) {
      this.#deliveries.write('orders', order.at, rows.webOrder(order, customer, 'placed', order.at));
    }
    this.#deliveries.write('orders', settled, rows.webOrder(order, customer, final, settled));
  }

  #buyInStore(customer: CustomerRecord, member: string): void {
    const random = this.#random;
    const home = `ST${String(random.between(1, 25)).padStart(2, '0')}`;
    for (const order of this.#stores.of(customer.created)) {
      const known = random.chance(0.85);
      const who = {
        customer: known ? customer.key : '',
        member: random.chance(0.7) ? member : '',
        store: random.chance(0.85) ? home : `ST${String(random.between(1, 25)).padStart(2, '0')}`,
      };
      for (const line of order.lines) {
        this.#deliveries.write('storeTransactions', order.at, rows.storeTransaction(order, line, who));
      }
    }
  }
}
