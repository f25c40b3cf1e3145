import { expect, test } from 'vitest';
import { Blocks } from '../../../../core/stitch/blocking/blocks.ts';
import type { Rule } from '../../../../core/stitch/blocking/rule.ts';
import { Profiles } from '../../../../core/stitch/records/profiles.ts';
import { random } from '../../../support/customers.ts';

const rule = (name: string, column: string, cap = 100): Rule => ({ name, parts: [{ column }], cap });
const met = (blocks: Blocks) => {
  const { a, b } = blocks.pairs();
  return Array.from(a, (one, i) => `${one}-${b[i]}`).sort();
};

test('profiles meet once, however many rules bring them together', () => {
  const people = Profiles.of(
    [
      { email: 'a', phone: '1' },
      { email: 'a', phone: '1' },
      { email: 'b', phone: '1' },
    ],
    ['email', 'phone'],
  );
  expect(met(new Blocks(people, [rule('email', 'email'), rule('phone', 'phone')]))).toEqual(['0-1', '0-2', '1-2']);
});

test('a missing value brings nobody together', () => {
  const people = Profiles.of([{ email: null }, { email: null }, {}], ['email']);
  expect(met(new Blocks(people, [rule('email', 'email')]))).toEqual([]);
});

test('profiles meet by any of the values of a column that holds several, once', () => {
  const people = Profiles.of(
    [{ emails: ['a', 'b'] }, { emails: ['b', 'c'] }, { emails: ['a', 'b', 'c'] }, { emails: ['d'] }],
    ['emails'],
  );
  expect(met(new Blocks(people, [{ ...rule('email', 'email'), several: 'emails' }]))).toEqual(['0-1', '0-2', '1-2']);
});

test('an oversized block is refined by the next column, and said to be cut only when nothing tells its profiles apart', () => {
  const crowd = Array.from({ length: 30 }, (_, i) => ({
    email: 'a',
    birthdate: `19${60 + (i % 10)}-01-01`,
    surname: `S${i % 3}`,
  }));
  const blocks = new Blocks(Profiles.of(crowd, ['email', 'birthdate', 'surname']), [rule('email', 'email', 5)]);
  const exploding = { value: 'a', profiles: 30 };
  expect(blocks.report).toEqual([{ rule: 'email', keys: 10, pairs: 30, cut: 0, exploding }]);
  expect(met(blocks)).toHaveLength(30);

  const alike = Array.from({ length: 30 }, () => ({ email: 'a' }));
  expect(new Blocks(Profiles.of(alike, ['email']), [rule('email', 'email', 5)]).report).toEqual([
    { rule: 'email', keys: 0, pairs: 0, cut: 1, exploding },
  ]);
});

test('the blocks that a model refines decide, whatever their size now', () => {
  const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ email: 'a', birthdate: `19${60 + i}-01-01` }));
  const people = (n: number) => Profiles.of(rows(n), ['email', 'birthdate']);
  const trained = new Blocks(people(8), [rule('email', 'email', 5)]);
  expect(met(new Blocks(people(3), [rule('email', 'email', 5)], trained.oversized))).toEqual([]);
  expect(met(new Blocks(people(3), [rule('email', 'email', 5)], []))).toHaveLength(3);
  expect(new Blocks(people(30), [rule('email', 'email', 5)], []).outgrown).toBe(true);
});

test('every two profiles that share a key of some rule meet once, and no others', () => {
  for (const seed of [1, 2, 3]) {
    const next = random(seed);
    const some = (kind: string) => (next() < 0.2 ? null : `${kind}${Math.floor(next() * 60)}`);
    const rows = Array.from({ length: 200 }, () => ({
      email: some('e'),
      phone: some('p'),
      emails: [`e${Math.floor(next() * 60)}`, `e${Math.floor(next() * 60)}`],
    }));
    const rules = [rule('phone', 'phone'), { ...rule('email', 'email'), several: 'emails' }, rule('first', 'email')];
    const expected: string[] = [];
    rows.forEach((one, a) => {
      rows.forEach((other, b) => {
        const shares =
          (one.phone !== null && one.phone === other.phone) ||
          (one.email !== null && one.email === other.email) ||
          one.emails.some((email) => other.emails.includes(email));
        if (a < b && shares) expected.push(`${a}-${b}`);
      });
    });
    const blocks = new Blocks(Profiles.of(rows, ['email', 'phone', 'emails']), rules);
    expect(met(blocks)).toEqual(expected.sort());
    for (const pair of expected) {
      const [a = 0, b = 0] = pair.split('-').map(Number);
      expect(blocks.rulesOf(a, b).length).toBeGreaterThan(0);
    }
  }
});
