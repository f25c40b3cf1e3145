import { type City, cities, emailDomains, givenNames, streetKinds, streets, surnames } from './names.ts';
import { hash, type Random } from './random.ts';
import { endOf, moment } from './time.ts';

/** What was true from some moment on; oldest first, never empty. */
export type Timeline<Value> = { value: Value; from: number }[];

export interface Address {
  number: number;
  street: string;
  /** Index into `streetKinds`. */
  kind: number;
  unit: string;
  city: City;
  postal: string;
}

/** The hidden truth that every source system sees a part of. */
export interface Person {
  id: string;
  sex: 'M' | 'F';
  given: string;
  surname: Timeline<string>;
  /** Jr or Sr, where parent and child have one name. */
  suffix: string;
  birthdate: string;
  address: Timeline<Address>;
  email: Timeline<string>;
  phone: Timeline<string>;
  /** Shared with the household. */
  familyEmail: string;
  landline: string;
}

export function at<Value>(timeline: Timeline<Value>, when: number): Value {
  const known = timeline.findLast(({ from }) => from <= when) ?? timeline[0];
  if (!known) throw new RangeError('a timeline without an entry');
  return known.value;
}

/** Makes households one after the other; remembers only which mailboxes are taken and which numbers were given up. */
export class Population {
  readonly #random: Random;
  readonly #deliveries: number;
  readonly #taken: Uint8Array;
  #givenUpPhones: string[] = [];
  #count = 0;
  #numberedMailboxes = 0;

  constructor(random: Random, people: number, deliveries: number) {
    this.#random = random;
    this.#deliveries = deliveries;
    this.#taken = new Uint8Array(Math.max(1 << 16, people * 16));
  }

  /** One to seven people under one roof. */
  household(): Person[] {
    const random = this.#random;
    const home = this.#homes();
    const first = this.#person({ home, birthYear: this.#adultYear() });
    const members = [first];
    if (random.chance(0.5)) members.push(this.#partner(first));
    if (members.length === 2 || random.chance(0.15)) members.push(...this.#children(members));
    if (random.chance(0.25)) {
      const landline = this.#phone(at(home, 0).city);
      for (const member of members) member.landline = landline;
    }
    if (members.length > 1 && random.chance(0.15)) {
      const familyEmail = this.#mailbox(['family', at(first.surname, Infinity)], `the${at(first.surname, Infinity)}s`);
      for (const member of members) member.familyEmail = familyEmail;
    }
    return members;
  }

  #partner(first: Person): Person {
    const random = this.#random;
    const sex = random.chance(0.96) === (first.sex === 'M') ? 'F' : 'M';
    const year = Number(first.birthdate.slice(0, 4)) + random.between(-6, 6);
    const common = at(first.surname, Infinity);
    const partner = this.#person({ home: first.address, sex, birthYear: year, surname: common });
    if (random.chance(0.25)) partner.surname = [{ value: random.draw(surnames), from: 0 }];
    else if (random.chance(0.3)) {
      const wedding = random.between(moment(2018), endOf(this.#deliveries - 1));
      partner.surname.unshift({ value: random.draw(surnames), from: 0 });
      partner.surname[1] = { value: common, from: wedding };
    }
    return partner;
  }

  #children(parents: Person[]): Person[] {
    const random = this.#random;
    const youngest = Math.max(...parents.map((parent) => Number(parent.birthdate.slice(0, 4))));
    const parent = random.pick(parents);
    const surname = at(parent.surname, Infinity);
    const children: Person[] = [];
    for (let wanted = random.pick([0, 0, 1, 1, 2, 3]); wanted > 0; wanted--) {
      const birthYear = youngest + random.between(20, 36);
      if (birthYear > 2009) continue;
      const home = birthYear < 2002 && random.chance(0.5) ? this.#homes() : parent.address;
      const child = this.#person({ home, birthYear, surname });
      if (random.chance(0.07) && !parent.suffix) this.#nameAfter(parent, child);
      children.push(child);
      if (random.chance(0.03))
        children.push({ ...this.#person({ home, birthYear, surname }), birthdate: child.birthdate });
    }
    return children;
  }

  #nameAfter(parent: Person, child: Person): void {
    if (parent.sex !== child.sex) return;
    child.given = parent.given;
    [parent.suffix, child.suffix] = ['Sr', 'Jr'];
  }

  #person(facts: { home: Timeline<Address>; birthYear: number; sex?: 'M' | 'F'; surname?: string }): Person {
    const random = this.#random;
    const sex = facts.sex ?? random.pick(['M', 'F'] as const);
    const given = random.draw(givenNames[sex]);
    const surname = facts.surname ?? random.draw(surnames);
    const { city } = at(facts.home, 0);
    const two = (n: number) => String(n).padStart(2, '0');
    const names = [given, surname, String(facts.birthYear)];
    this.#count++;
    return {
      id: `P${String(this.#count).padStart(7, '0')}`,
      sex,
      given,
      surname: [{ value: surname, from: 0 }],
      suffix: '',
      birthdate: `${facts.birthYear}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
      address: facts.home,
      email: this.#changing(0.25, () => this.#mailbox(names)),
      phone: this.#changing(
        0.12,
        () => this.#phone(city),
        (old) => this.#givenUpPhones.push(old),
      ),
      familyEmail: '',
      landline: '',
    };
  }

  /** A value that some people replaced once, now and then within the days that are delivered. */
  #changing<Value>(share: number, make: () => Value, giveUp?: (old: Value) => void): Timeline<Value> {
    const random = this.#random;
    const timeline = [{ value: make(), from: 0 }];
    const last = endOf(this.#deliveries - 1);
    const lately = random.chance(0.012);
    if (!lately && !random.chance(share)) return timeline;
    giveUp?.(at(timeline, 0));
    timeline.push({ value: make(), from: random.between(lately ? endOf(0) : moment(2019), last) });
    return timeline;
  }

  #homes(): Timeline<Address> {
    return this.#changing(0.22, () => this.#address());
  }

  #address(): Address {
    const random = this.#random;
    const city = random.draw(cities);
    return {
      number: random.between(1, random.pick([99, 999, 9999])),
      street: random.pick(streets),
      kind: random.between(0, streetKinds.length - 1),
      unit: random.chance(0.18) ? String(random.between(1, 60)) : '',
      city,
      postal: city.postal + String(random.between(1, 99)).padStart(2, '0'),
    };
  }

  #adultYear(): number {
    return 1938 + Math.floor((this.#random.fraction() + this.#random.fraction()) * 34);
  }

  /** Now and then the number that somebody else gave up. */
  #phone(city: City): string {
    const random = this.#random;
    const old = this.#givenUpPhones.length > 50 && random.chance(0.015) ? this.#givenUpPhones.shift() : undefined;
    if (this.#givenUpPhones.length > 500) this.#givenUpPhones = this.#givenUpPhones.slice(-250);
    return (
      old ??
      `${random.pick(city.areaCodes)}${random.between(200, 999)}${String(random.between(0, 9999)).padStart(4, '0')}`
    );
  }

  /** An address nobody has yet: one in the style of the names, else with a number that makes it unique. */
  #mailbox(names: string[], wanted?: string): string {
    const random = this.#random;
    const [given = '', surname = '', year = ''] = names.map((name) => name.toLowerCase().replace(/[^a-z0-9]/g, ''));
    const local =
      wanted?.toLowerCase().replace(/[^a-z]/g, '') ??
      random.pick([
        `${given}.${surname}`,
        `${given}${surname}`,
        `${given.slice(0, 1)}${surname}`,
        `${given}_${surname}`,
        `${surname}${given.slice(0, 1)}`,
        `${given}.${surname}${year.slice(2)}`,
        `${given}${year}`,
        `${random.pick(['sunny', 'coolcat', 'bookworm', 'soccer', 'hiker', 'blue', 'gamer', 'coffee'])}${random.between(1, 99999)}`,
      ]);
    const email = `${local}@${random.draw(emailDomains)}`;
    const slot = hash(email) % this.#taken.length;
    if (this.#taken[slot] === 0) {
      this.#taken[slot] = 1;
      return email;
    }
    // A serial number of its own with an `x`, which no style above has, can't meet another's.
    this.#numberedMailboxes++;
    return email.replace('@', `x${this.#numberedMailboxes}@`);
  }
}
