import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evaluate, evaluateAgainst, type Membership } from '../../../../core/stitch/quality/evaluate.ts';
import { readTruth } from '../../../../core/stitch/quality/truth.ts';

const of = (groups: readonly string[]): Membership[] =>
  groups.map((group, n) => ({ datasource: 'a', pk: String(n), group }));

test('a clustering that is the truth scores one, whatever its ids are called', () => {
  const evaluation = evaluate(of(['x', 'x', 'y']), of(['1', '1', '2']));
  expect(evaluation.pairwise).toEqual({ precision: 1, recall: 1, f1: 1, joined: 1, joined_rightly: 1, to_join: 1 });
  expect(evaluation.b_cubed).toEqual({ precision: 1, recall: 1, f1: 1 });
  expect(evaluation.false_joins.count + evaluation.splits.count).toBe(0);
});

test('ids that hold several people, and people with several ids, are shown worst first', () => {
  const evaluation = evaluate(of(['x', 'y', 'z', 'x', 'w', 'w']), of(['1', '1', '1', '2', '3', '2']));
  expect(evaluation.false_joins).toEqual({
    count: 2,
    examples: [
      { amp_id: '1', people: ['x', 'y', 'z'], records: 3 },
      { amp_id: '2', people: ['w', 'x'], records: 2 },
    ],
  });
  expect(evaluation.splits.examples).toContainEqual({ person: 'w', amp_ids: ['2', '3'], records: 2 });
});

test('only records that both know are scored, and the others are counted', () => {
  const truth = of(['x', 'x', 'y']);
  const found = [...of(['1']), { datasource: 'a', pk: '1', group: '1' }, { datasource: 'b', pk: '0', group: '1' }];
  expect(evaluate(truth, found)).toMatchObject({ records: 2, missing: 1, unlabelled: 1, pairwise: { recall: 1 } });
});

test('counting groups gives what counting pairs gives', () => {
  const groups = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom('1', '2', '3')), {
    minLength: 1,
    maxLength: 30,
  });
  fc.assert(
    fc.property(groups, (rows) => {
      let joined = 0;
      let rightly = 0;
      let toJoin = 0;
      for (const [n, [person, id]] of rows.entries()) {
        for (const [otherPerson, otherId] of rows.slice(0, n)) {
          joined += Number(id === otherId);
          toJoin += Number(person === otherPerson);
          rightly += Number(id === otherId && person === otherPerson);
        }
      }
      const { pairwise, b_cubed } = evaluate(of(rows.map(([person]) => person)), of(rows.map(([, id]) => id)));
      expect([pairwise.joined, pairwise.joined_rightly, pairwise.to_join]).toEqual([joined, rightly, toJoin]);
      const alike = (of: 0 | 1) =>
        rows.map((row) => {
          const same = rows.filter((other) => other[of] === row[of]);
          return same.filter((other) => other[0] === row[0] && other[1] === row[1]).length / same.length;
        });
      const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
      expect(b_cubed.precision).toBeCloseTo(mean(alike(1)), 10);
      expect(b_cubed.recall).toBeCloseTo(mean(alike(0)), 10);
    }),
  );
});

test('its time grows with the records, not with the pairs', () => {
  const everyone = Array.from({ length: 300_000 }, (_one, n) => `${n % 2}`);
  const started = performance.now();
  const { pairwise } = evaluate(of(everyone), of(everyone.map(() => 'all')));
  expect(pairwise.joined).toBe((300_000 * 299_999) / 2);
  expect(performance.now() - started).toBeLessThan(10_000);
});

test('a truth is read from CSV, its columns in any order', () => {
  const rows = [...readTruth('\uFEFFPerson,datasource,pk\r\n"a,b",web,1\r\nc,web,"2"\r\n')];
  expect(rows).toEqual([
    { datasource: 'web', pk: '1', group: 'a,b' },
    { datasource: 'web', pk: '2', group: 'c' },
  ]);
});

test('a truth with a short row, or without a column, is refused with its place', () => {
  expect(() => [...readTruth('datasource,pk,person\nweb,1\n')]).toThrow(
    /^row 1 of the truth has 2 fields: expected 3$/,
  );
  expect(() => [...readTruth('')]).toThrow(/has no column datasource, pk, person, it has nothing/);
});

test.each([
  [
    'says two things of one record',
    'web,1,a\nweb,2,b\nweb,1,b',
    /^row 3 of the truth says that web\/1 is b, an earlier one that it is a/,
  ],
  ['leaves a person empty', 'web,1,a\nweb,2, ', /^row 2 of the truth has no person: expected one$/],
  ['has no rows', '', /^the truth has a header and no rows/],
])('a truth that %s is refused', (_what, rows, message) => {
  expect(() => [...readTruth(`datasource,pk,person\n${rows}`)]).toThrow(message);
});

test('a truth that repeats a row is not', () => {
  expect([...readTruth('datasource,pk,person\nweb,1,a\nweb,1,a\n')]).toHaveLength(2);
});

test('a truth of other records is refused with one of either, not scored perfect', () => {
  const truth = [{ datasource: 'web', pk: '1', group: 'ada' }];
  const found = [{ datasource: 'web_customers', pk: '1', group: 'id' }];
  expect(() => evaluateAgainst(truth, found)).toThrow(
    /^none of the truth's records was stitched: its first is web\/1, where Stitch has web_customers\/1/,
  );
  expect(evaluateAgainst(truth, [...truth, ...found])).toMatchObject({ records: 1, unlabelled: 1 });
});
