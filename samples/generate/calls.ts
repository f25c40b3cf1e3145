import type { Deliveries } from './deliveries.ts';
import { junkPhones, misdial, phoneAs, typo } from './mistakes.ts';
import { at, type Person } from './people.ts';
import { type Random, serial } from './random.ts';
import { day, endOf, isoTime } from './time.ts';
import type { TruthFile } from './truth.ts';

const reasons = ['delivery', 'return', 'order', 'loyalty card', 'complaint', 'opening hours'];
/** Days before the first delivery that calls are known of. */
const remembered = 180;

/** Calls to the brand's call centre: an agent types what a caller says. */
export class Calls {
  readonly #random: Random;
  readonly #deliveries: Deliveries;
  readonly #truth: TruthFile;
  readonly #end: number;
  #calls = 0;

  constructor(random: Random, deliveries: Deliveries, truth: TruthFile, count: number) {
    this.#random = random;
    this.#deliveries = deliveries;
    this.#truth = truth;
    this.#end = endOf(count - 1);
  }

  /** One of seven calls, some of them again. */
  of(person: Person): void {
    if (!this.#random.chance(1 / 7)) return;
    for (let more = this.#random.pick([1, 1, 1, 2, 3]); more > 0; more--) {
      this.#call(person, this.#random.between(endOf(0) - remembered * day, this.#end - 1));
    }
  }

  /** The lines are tried on every day, so that no file is empty. */
  tryOut(): void {
    for (let when = endOf(0) - 1; when < this.#end; when += day) {
      const caller = { given_name: 'Test', surname: 'Line', phone: this.#random.pick(junkPhones), email: '' };
      this.#write(caller, 'test', when, 'TCALLS');
    }
  }

  #call(person: Person, when: number): void {
    const random = this.#random;
    const heard = (text: string) => (random.chance(0.06) ? typo(random, text) : text);
    const phone = person.landline && random.chance(0.3) ? person.landline : at(person.phone, when);
    const caller = {
      given_name: heard(person.given),
      surname: heard(at(person.surname, when)),
      // Shown by the line, unless it is withheld.
      phone: random.chance(0.92) ? phoneAs(random, random.chance(0.01) ? misdial(random, phone) : phone) : '',
      email: random.chance(0.55) ? heard(at(person.email, when)) : '',
    };
    this.#write(caller, random.pick(reasons), when, person.id);
  }

  #write(caller: Record<'given_name' | 'surname' | 'phone' | 'email', string>, reason: string, at: number, of: string) {
    const key = `C${serial(this.#calls++)}`;
    const agent = `A${String(this.#random.between(1, 40)).padStart(2, '0')}`;
    const row = { call_id: key, ...caller, reason, agent, seconds: this.#random.between(20, 1500), at: isoTime(at) };
    this.#deliveries.write('calls', at, row);
    this.#truth.write('call_centre_calls', key, of);
  }
}
