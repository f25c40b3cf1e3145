import type { Deliveries } from './deliveries.ts';
import { type Random, serial } from './random.ts';
import { day, endOf, isoDate, isoTime } from './time.ts';

/** Sixty weekly newsletters before the first delivery, then one on every day. */
const newsletters = 60;

/** Consent to mail and what became of each mailing, per address. */
export class Mailings {
  readonly #random: Random;
  readonly #deliveries: Deliveries;
  readonly #end: number;
  #events = 0;

  constructor(random: Random, deliveries: Deliveries, count: number) {
    this.#random = random;
    this.#deliveries = deliveries;
    this.#end = endOf(count - 1);
  }

  /** An address that a customer gave at some moment. */
  to(email: string, since: number): void {
    const random = this.#random;
    const optedIn = random.chance(0.75);
    this.#consent(email, optedIn, since);
    if (!optedIn) return;
    if (since > endOf(0) - newsletters * 7 * day) this.#event('Optin', email, since, '');
    for (const sent of this.#sendings(since)) {
      if (!this.#mail(email, sent)) break;
    }
  }

  #sendings(since: number): number[] {
    const random = this.#random;
    const chosen = new Set<number>();
    for (let more = random.between(0, 4); more > 0; more--) {
      chosen.add(endOf(0) - random.between(1, newsletters) * 7 * day);
    }
    for (let sent = endOf(0) + 9 * 3600; sent < this.#end; sent += day) if (random.chance(0.06)) chosen.add(sent);
    return [...chosen].filter((sent) => sent > since).sort((a, b) => a - b);
  }

  /** False when it was the last mail to this address. */
  #mail(email: string, sent: number): boolean {
    const random = this.#random;
    const send = `NL-${isoDate(sent)}`;
    this.#event('Sent', email, sent, send);
    if (random.chance(0.01)) {
      this.#event('Bounce', email, sent + 5, send);
      return false;
    }
    if (!random.chance(0.35)) return true;
    const opened = sent + random.between(60, 30 * 3600);
    this.#event('Open', email, opened, send);
    if (random.chance(0.25)) this.#event('Click', email, opened + random.between(5, 90), send);
    if (random.chance(0.02)) this.#event('Converted', email, opened + random.between(300, 3600), send);
    if (!random.chance(0.02)) return true;
    this.#event('Unsubscribe', email, opened + 120, send);
    this.#consent(email, false, opened + 120);
    return false;
  }

  #consent(email: string, optedIn: boolean, when: number): void {
    const row = { email, brand: 'Acme', program: 'newsletter', opted_in: optedIn, updated_at: isoTime(when) };
    this.#deliveries.write('subscriptions', when, row);
  }

  #event(type: string, email: string, at: number, send: string): void {
    const late = this.#random.chance(0.01) ? 1 : 0;
    const row = {
      event_id: `E${serial(this.#events++)}`,
      type,
      email,
      brand: 'Acme',
      at: isoTime(at),
      send_id: send || `OPT-${isoDate(at)}`,
      campaign_id: send ? `C-${send.slice(3, 10)}` : null,
      campaign_name: send ? `Newsletter ${send.slice(3, 10)}` : null,
    };
    this.#deliveries.write('emailEvents', at, row, late);
  }
}
