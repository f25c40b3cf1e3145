import type { StitchRecord } from './stitch-runs.ts';

const GIVEN =
  'JAMES MARY ROBERT PATRICIA JOHN LINDA MICHAEL SUSAN DAVID KAREN PAUL NANCY MARK LISA STEVEN BETTY ANNA GEORGE HELEN FRANK'.split(
    ' ',
  );
const FAMILY =
  'SMITH JONES WILLIAMS BROWN GARCIA MILLER DAVIS LOPEZ WILSON ANDERSON THOMAS TAYLOR MOORE MARTIN LEE PEREZ WHITE HARRIS CLARK LEWIS'.split(
    ' ',
  );
const STREETS = 'OAK MAPLE CEDAR PINE ELM WALNUT HILL LAKE PARK RIVER'.split(' ');

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Records of made-up people in three sources, with gaps, typing errors and shared addresses; `person` tells who is who. */
export function customers(people: number, seed = 1): { records: StitchRecord[]; person: Map<string, number> } {
  const next = random(seed);
  const pick = (list: readonly string[]) => list[Math.floor(next() * list.length)] ?? '';
  const number = (from: number, to: number) => from + Math.floor(next() * (to - from));
  const records: StitchRecord[] = [];
  const person = new Map<string, number>();
  for (let id = 0; id < people; id++) {
    const [given, family] = [pick(GIVEN), `${pick(FAMILY)}${String.fromCharCode(65 + number(0, 26))}`];
    const born = `${number(1940, 2004)}-${String(number(1, 13)).padStart(2, '0')}-${String(number(1, 29)).padStart(2, '0')}`;
    const mail = `${given}.${family}${number(1, 999)}@example.org`.toLowerCase();
    const phone = `${number(201, 989)}${number(2000000, 9999999)}`;
    const street = `${number(1, 999)} ${pick(STREETS)} ST`;
    const zip = String(number(10000, 99999));
    for (let n = number(1, 4); n > 0; n--) {
      const pk = String(records.length);
      const datasource = pick(['web', 'store', 'loyalty']);
      const some = <T>(share: number, value: T) => (next() < share ? value : undefined);
      const record = {
        given_name: some(0.95, next() < 0.08 ? typo(given, next) : given),
        surname: some(0.95, next() < 0.08 ? typo(family, next) : family),
        birthdate: some(0.6, born),
        email: some(0.7, mail),
        phone: some(0.6, phone),
        address: some(0.6, street),
        postal: some(0.6, zip),
      };
      const present = Object.entries(record).filter((entry): entry is [string, string] => entry[1] !== undefined);
      records.push({ datasource, pk, ...Object.fromEntries(present) });
      person.set(`${datasource}/${pk}`, id);
    }
  }
  return { records, person };
}

function typo(word: string, next: () => number): string {
  const at = 1 + Math.floor(next() * (word.length - 2));
  return word.slice(0, at) + word.slice(at + 1);
}

/** The same in another order. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const next = random(seed);
  return list
    .map((item) => ({ item, key: next() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
