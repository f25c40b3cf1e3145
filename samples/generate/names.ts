import { readFileSync } from 'node:fs';
import { type Weighted, weighted } from './random.ts';

/** Where the lists are from is told in lists/NOTICE.md. */
const lines = (list: string): string[] =>
  readFileSync(new URL(`lists/${list}.txt`, import.meta.url), 'utf8')
    .trim()
    .split('\n');
const words = (list: string): string[] => lines(list).flatMap((line) => line.trim().split(/\s+/));

/** Frequencies fall off with rank, as those of given names do. */
const byRank = (list: string): Weighted<string> =>
  weighted(words(list).map((name, rank) => [name, 1 / (rank + 12)] as [string, number]));

export const givenNames = { M: byRank('given-names-male'), F: byRank('given-names-female') };

export const surnames = weighted(
  lines('surnames').map((line) => {
    const [name = '', count = '1'] = line.split(' ');
    return [name, Number(count)] as [string, number];
  }),
);

export const nicknames = new Map(
  lines('nicknames').map((line) => {
    const [name = '', ...others] = line.split(' ');
    return [name, others] as const;
  }),
);

export interface City {
  name: string;
  state: string;
  /** First three digits of its postal codes. */
  postal: string;
  areaCodes: string[];
}
export const cities = weighted(
  lines('cities').map((line, rank) => {
    const [name = '', state = '', postal = '', codes = ''] = line.split('|');
    return [{ name, state, postal, areaCodes: codes.split(' ') }, Math.max(4, 60 - rank)] as [City, number];
  }),
);

export const streets = words('streets');

/** Kinds of street as they are written in full and for short. */
export const streetKinds: [string, string][] = [
  ['Street', 'St'],
  ['Avenue', 'Ave'],
  ['Road', 'Rd'],
  ['Drive', 'Dr'],
  ['Lane', 'Ln'],
  ['Boulevard', 'Blvd'],
  ['Court', 'Ct'],
  ['Way', 'Way'],
];

/** Domains reserved for examples, so that nothing sent by mistake reaches anybody. */
export const emailDomains = weighted<string>([
  ['mailhub.example', 45],
  ['yoohoo.example', 18],
  ['hotpost.example', 12],
  ['cloudmail.example', 10],
  ['oldnet.example', 6],
  ['cable.example.net', 5],
  ['example.org', 4],
]);
