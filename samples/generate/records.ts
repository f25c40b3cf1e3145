import {
  givenAs,
  junkBirthdate,
  junkEmails,
  junkPhones,
  misdial,
  misreadDate,
  phoneAs,
  streetAs,
  typo,
} from './mistakes.ts';
import { at, type Person } from './people.ts';
import type { Random } from './random.ts';

export type Source = 'web' | 'stores' | 'loyalty';

/** What one system holds of one customer, as it was typed in. */
export interface CustomerRecord {
  key: string;
  given: string;
  surname: string;
  suffix: string;
  email: string;
  phone: string;
  street: string;
  unit: string;
  city: string;
  state: string;
  postal: string;
  birthdate: string;
  gender: string;
  /** The member number that the customer gave. */
  loyaltyNumber: string;
  created: number;
  updated: number;
}

/** How often each system knows a thing. */
const known: Record<Source, Record<'email' | 'phone' | 'address' | 'birthdate' | 'gender' | 'suffix', number>> = {
  web: { email: 0.99, phone: 0.6, address: 0.85, birthdate: 0.2, gender: 0.3, suffix: 0.3 },
  stores: { email: 0.6, phone: 0.85, address: 0.7, birthdate: 0.3, gender: 0.5, suffix: 0.5 },
  loyalty: { email: 0.9, phone: 0.8, address: 0.75, birthdate: 0.8, gender: 0.7, suffix: 0.5 },
};

type Identity = Pick<CustomerRecord, 'key' | 'loyaltyNumber' | 'created'>;

/** A person signs up with a system, and somebody types. */
export function signUp(random: Random, source: Source, person: Person, identity: Identity): CustomerRecord {
  const share = known[source];
  const record: CustomerRecord = {
    ...identity,
    ...nameOf(random, person, identity.created),
    ...noAddress,
    suffix: random.chance(share.suffix) ? person.suffix : '',
    email: random.chance(share.email) ? emailOf(random, person, identity.created) : '',
    phone: random.chance(share.phone) ? phoneOf(random, person, identity.created) : '',
    birthdate: random.chance(share.birthdate) ? birthdateOf(random, person) : '',
    gender: random.chance(share.gender) ? genderOf(random, source, person) : '',
    updated: identity.created,
  };
  // Somebody with a name alone can't be told from their namesakes; a form asks for one thing more.
  const address = random.chance(share.address) || (record.email === '' && record.phone === '');
  return address ? { ...record, ...addressOf(random, person, identity.created) } : record;
}

/** The customer tells what changed since, and a slip in the name may be put right. */
export function update(random: Random, person: Person, record: CustomerRecord, when: number): CustomerRecord {
  const changed = <Value>(timeline: { value: Value; from: number }[]) =>
    timeline.some(({ from }) => from > record.updated && from <= when);
  const next = { ...record, updated: when };
  if (changed(person.surname)) next.surname = at(person.surname, when);
  if (changed(person.email) && record.email !== '') next.email = at(person.email, when);
  if (changed(person.phone)) next.phone = phoneAs(random, at(person.phone, when));
  if (changed(person.address)) Object.assign(next, addressOf(random, person, when));
  if (random.chance(0.3)) next.given = person.given;
  if (next.phone === '' && random.chance(0.3)) next.phone = phoneAs(random, at(person.phone, when));
  return next;
}

/** Whether there is something that the record doesn't say yet. */
export const outOfDate = (person: Person, record: CustomerRecord, when: number): boolean =>
  [person.surname, person.email, person.phone, person.address].some((timeline) =>
    timeline.some(({ from }) => from > record.updated && from <= when),
  );

/** A colleague's try-out: made-up names, the values that everybody types. */
export function testAccount(random: Random, key: string, surname: string, created: number): CustomerRecord {
  return {
    key,
    given: random.pick(['Test', 'Testy', 'QA', 'Demo']),
    surname,
    suffix: 'III',
    email: random.pick(junkEmails),
    phone: random.pick(junkPhones),
    street: '123 Test Street',
    unit: 'Unit 1',
    city: 'Testville',
    state: 'NY',
    postal: '12345',
    birthdate: junkBirthdate,
    gender: 'Other',
    loyaltyNumber: '',
    created,
    updated: created,
  };
}

const noAddress = { street: '', unit: '', city: '', state: '', postal: '' };

function nameOf(random: Random, person: Person, when: number): Pick<CustomerRecord, 'given' | 'surname'> {
  const given = givenAs(random, person.given);
  const surname = at(person.surname, when);
  const spelled = random.chance(0.03) ? typo(random, surname) : surname;
  return random.chance(0.006) ? { given: spelled, surname: given } : { given, surname: spelled };
}

function emailOf(random: Random, person: Person, when: number): string {
  if (random.chance(0.006)) return random.pick(junkEmails);
  const email = person.familyEmail && random.chance(0.35) ? person.familyEmail : at(person.email, when);
  if (random.chance(0.012)) return typo(random, email);
  return random.chance(0.02) ? email.replace('@', '+acme@') : email;
}

function phoneOf(random: Random, person: Person, when: number): string {
  if (random.chance(0.008)) return random.pick(junkPhones);
  const phone = person.landline && random.chance(0.4) ? person.landline : at(person.phone, when);
  return phoneAs(random, random.chance(0.012) ? misdial(random, phone) : phone);
}

function addressOf(random: Random, person: Person, when: number): typeof noAddress {
  const address = at(person.address, when);
  return {
    street: streetAs(random, address),
    unit: address.unit && random.chance(0.8) ? `Apt ${address.unit}` : '',
    city: random.chance(0.015) ? typo(random, address.city.name) : address.city.name,
    state: address.city.state,
    postal: random.chance(0.02) ? '' : address.postal,
  };
}

function birthdateOf(random: Random, person: Person): string {
  if (random.chance(0.012)) return junkBirthdate;
  return random.chance(0.02) ? misreadDate(random, person.birthdate) : person.birthdate;
}

function genderOf(random: Random, source: Source, person: Person): string {
  if (random.chance(0.01)) return source === 'stores' ? 'X' : 'non-binary';
  if (source === 'stores') return person.sex;
  return person.sex === 'F' ? 'Female' : 'Male';
}
