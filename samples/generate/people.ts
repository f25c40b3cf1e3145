import { Mailboxes } from './mailboxes.ts';
import { type City, cities, givenNames, streetKinds, streets, surnames } from './names.ts';
import type { Random } from './random.ts';
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
  /** Jr or Sr, where father and son have one name. */
  suffix: string;
  birthdate: string;
  address: Timeline<Address>;
  email: Timeline<string>;
  phone: Timeline<string>;
  /** Shared with the household. */
  familyEmail: string;
  landline: string;
}

/** What is settled of a person before they are made. */
interface Facts extends Partial<Pick<Person, 'sex' | 'given'>> {
  home: Timeline<Address>;
  birthYear: number;
  surname?: string;
}

export function at<Value>(timeline: Timeline<Value>, when: number): Value {
  const known = timeline.findLast(({ from }) => from <= when) ?? timeline[0];
  if (!known) throw new RangeError('a timeline without an entry');
  return known.value;
}

/** Makes households one after the other; remembers only which mailboxes are taken and which phone numbers were given up. */
export class Population {
  readonly #random: Random;
  readonly #deliveries: number;
  readonly #mailboxes: Mailboxes;
  #givenUpPhones: string[] = [];
  #count = 0;

  constructor(random: Random, people: number, deliveries: number) {
    this.#random = random;
    this.#deliveries = deliveries;
    this.#mailboxes = new Mailboxes(random, people);
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
      const familyEmail = this.#mailboxes.shared(at(first.surname, Infinity));
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
      const namesake = parent.sex === 'M' && !parent.suffix && random.chance(0.07);
      const named = namesake ? { sex: parent.sex, given: parent.given } : {};
      const child = this.#person({ home, birthYear, surname, ...named });
      if (namesake) [parent.suffix, child.suffix] = ['Sr', 'Jr'];
      children.push(child);
      const { birthdate } = child;
      if (random.chance(0.03)) children.push({ ...this.#person({ home, birthYear, surname }), birthdate });
    }
    return children;
  }

  #person(facts: Facts): Person {
    const random = this.#random;
    const sex = facts.sex ?? random.pick(['M', 'F'] as const);
    const given = facts.given ?? random.draw(givenNames[sex]);
    const surname = facts.surname ?? random.draw(surnames);
    const { city } = at(facts.home, 0);
    const two = (n: number) => String(n).padStart(2, '0');
    this.#count++;
    return {
      id: `P${String(this.#count).padStart(7, '0')}`,
      sex,
      given,
      surname: [{ value: surname, from: 0 }],
      suffix: '',
      birthdate: `${facts.birthYear}-${two(random.between(1, 12))}-${two(random.between(1, 28))}`,
      address: facts.home,
      email: this.#changing(0.25, () => this.#mailboxes.personal(given, surname, facts.birthYear)),
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
}
