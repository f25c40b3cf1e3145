import type { Deliveries } from './deliveries.ts';
import { type Random, serial } from './random.ts';
import { day, endOf, isoTime } from './time.ts';

const pages = ['/', '/search', '/women', '/men', '/shoes', '/sale', '/basket', '/account'];
/** Days before the first delivery that the stream has events of. */
const remembered = 30;

/** What signed-in customers do in the web shop, as its stream of events tells it. */
export class Visits {
  readonly #random: Random;
  readonly #deliveries: Deliveries;
  readonly #end: number;
  #events = 0;

  constructor(random: Random, deliveries: Deliveries, count: number) {
    this.#random = random;
    this.#deliveries = deliveries;
    this.#end = endOf(count - 1);
  }

  /** One account in six comes by, once or several times. */
  of(customer: string, since: number): void {
    const random = this.#random;
    if (!random.chance(1 / 6)) return;
    const first = Math.max(since, endOf(0) - remembered * day);
    for (let visits = random.between(1, 3); visits > 0; visits--) {
      let at = random.between(first, this.#end - 1);
      const device = random.pick(['mobile', 'mobile', 'desktop']);
      for (let views = random.between(1, 4); views > 0 && at < this.#end; views--) {
        this.#event(customer, 'page-view', random.pick(pages), device, at);
        at += random.between(4, 240);
      }
    }
  }

  /** The shop looks after itself on every day, so that no day is without an event. */
  tryOut(): void {
    for (let when = endOf(0) - 1; when < this.#end; when += day) this.#event('', 'health-check', '/', 'server', when);
  }

  #event(customer: string, type: string, page: string, device: string, at: number): void {
    const event_id = `V${serial(this.#events++)}`;
    const row = { event_id, type, customer_id: customer || null, page, device, at: isoTime(at) };
    this.#deliveries.write('webEvents', at, row);
  }
}
