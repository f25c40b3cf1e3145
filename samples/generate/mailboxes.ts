import { emailDomains } from './names.ts';
import { hash, type Random } from './random.ts';

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z]/g, '');

/** Hands out e-mail addresses, each once; remembers one bit of what it gave, so that a million people fit. */
export class Mailboxes {
  readonly #random: Random;
  readonly #taken: Uint8Array;
  #numbered = 0;

  constructor(random: Random, people: number) {
    this.#random = random;
    this.#taken = new Uint8Array(Math.max(1 << 16, people * 16));
  }

  /** One in a style that people choose. */
  personal(givenName: string, familyName: string, birthYear: number): string {
    const random = this.#random;
    const [given, surname] = [plain(givenName), plain(familyName)];
    const hobby = random.pick(['sunny', 'coolcat', 'bookworm', 'soccer', 'hiker', 'blue', 'gamer', 'coffee']);
    const styles = [
      `${given}.${surname}`,
      `${given}${surname}`,
      `${given.slice(0, 1)}${surname}`,
      `${given}_${surname}`,
      `${surname}${given.slice(0, 1)}`,
      `${given}.${surname}${birthYear % 100}`,
      `${given}${birthYear}`,
      `${hobby}${random.between(1, 99999)}`,
    ];
    return this.#unused(random.pick(styles));
  }

  shared(familyName: string): string {
    return this.#unused(`the${plain(familyName)}s`);
  }

  #unused(local: string): string {
    const email = `${local}@${this.#random.draw(emailDomains)}`;
    const slot = hash(email) % this.#taken.length;
    if (this.#taken[slot] === 0) {
      this.#taken[slot] = 1;
      return email;
    }
    // Perhaps taken: a number of its own behind an `x`, which no style ends in, can't meet another's.
    this.#numbered++;
    return email.replace('@', `x${this.#numbered}@`);
  }
}
