import { nicknames, streetKinds } from './names.ts';
import type { Address } from './people.ts';
import type { Random } from './random.ts';

const besideOnKeyboard = new Map(
  [...'qwertyuiopasdfghjklzxcvbnm'].map((key, index) => [key, 'wrtyuipoqsdfghjklaxcvbnmz'[index] ?? 'z']),
);

/** A slip of the finger: a neighbouring key, a letter lost, doubled, or two swapped. */
export function typo(random: Random, text: string): string {
  if (text.length < 4) return text;
  const place = random.between(1, text.length - 2);
  const letter = text.charAt(place);
  const [before, after] = [text.slice(0, place), text.slice(place + 1)];
  switch (random.between(0, 3)) {
    case 0:
      return before + (besideOnKeyboard.get(letter.toLowerCase()) ?? letter) + after;
    case 1:
      return before + after;
    case 2:
      return before + letter + letter + after;
    default:
      return before + after.slice(0, 1) + letter + after.slice(1);
  }
}

/** How somebody gives their first name. */
export function givenAs(random: Random, given: string): string {
  const short = nicknames.get(given);
  if (short && random.chance(0.12)) return random.pick(short);
  if (random.chance(0.03)) return typo(random, given);
  if (random.chance(0.015)) return given.slice(0, 1);
  return given;
}

export function phoneAs(random: Random, phone: string): string {
  const [area, exchange, line] = [phone.slice(0, 3), phone.slice(3, 6), phone.slice(6)];
  return random.pick([phone, phone, `(${area}) ${exchange}-${line}`, `${area}-${exchange}-${line}`, `+1${phone}`]);
}

/** One wrong digit. */
export function misdial(random: Random, phone: string): string {
  const place = random.between(3, 9);
  return phone.slice(0, place) + random.between(0, 9) + phone.slice(place + 1);
}

export function streetAs(random: Random, address: Address): string {
  const [long, short] = streetKinds[address.kind] ?? ['Street', 'St'];
  const street = random.chance(0.03) ? typo(random, address.street) : address.street;
  return `${address.number} ${street} ${random.chance(0.35) ? long : short}`;
}

/** Day and month swapped where that is a date, else a wrong day. */
export function misreadDate(random: Random, date: string): string {
  const [year = '', month = '', dayOfMonth = ''] = date.split('-');
  return Number(dayOfMonth) <= 12
    ? `${year}-${dayOfMonth}-${month}`
    : `${year}-${month}-${String(random.between(1, 28)).padStart(2, '0')}`;
}

/** What people type where a form insists. */
export const junkEmails = ['test@test.com', 'none@none.com', 'na@na.com', 'noemail@noemail.com', 'no@email.com'];
export const junkPhones = ['5555555555', '0000000000', '1234567890', '9999999999'];
export const junkBirthdate = '1900-01-01';
