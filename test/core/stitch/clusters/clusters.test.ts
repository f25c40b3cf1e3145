import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanSources } from '../../../../core/stitch/clusters/clean-sources.ts';
import { components, groups } from '../../../../core/stitch/clusters/components.ts';
import type { Between, Linkage } from '../../../../core/stitch/clusters/linkage.ts';
import { refine } from '../../../../core/stitch/clusters/refinement.ts';
import { pieces } from '../../../../core/stitch/clusters/supersized.ts';
import { settle } from '../../../../core/stitch/ids/assignment.ts';

const size = 30;
const node = fc.integer({ min: 0, max: size - 1 });
const edges = fc.array(fc.tuple(node, node), { maxLength: 40 });
const columns = (pairs: [number, number][]) => ({
  a: Int32Array.from(pairs, ([a]) => a),
  b: Int32Array.from(pairs, ([, b]) => b),
});

describe('components', () => {
  test('are the same in whatever order the pairs come, and named by their smallest member', () => {
    fc.assert(
      fc.property(edges, (pairs) => {
        const found = components(size, columns(pairs));
        expect(components(size, columns([...pairs].reverse()))).toEqual(found);
        for (const [a, b] of pairs) expect(found[a]).toBe(found[b]);
        found.forEach((root, i) => {
          expect(root).toBeLessThanOrEqual(i);
        });
      }),
    );
  });

  test('list the members of those of two and more', () => {
    const { members, starts } = groups(
      components(
        6,
        columns([
          [4, 1],
          [2, 3],
          [3, 5],
        ]),
      ),
    );
    expect([...members]).toEqual([1, 4, 2, 3, 5]);
    expect([...starts]).toEqual([0, 2, 5]);
  });

  test('that are supersized fall apart at their weakest links', () => {
    const chain = Array.from({ length: 20 }, (_, i): [number, number] => [i, i + 1]);
    const score = Int32Array.from(chain, ([a]) => (a % 5 === 4 ? 310 : 450));
    const { piece, supersized } = pieces(21, { ...columns(chain), score }, 300, 6);
    expect(new Set(piece).size).toBe(5);
    expect(supersized.size).toBe(0);
  });
});

/** Strength is the sum of what is said of the pairs; below zero is apart. */
const worth = (value: number): Between => ({
  tally: Int32Array.from([value]),
  bound: false,
  apart: false,
  linked: true,
  own: false,
  strength: value < 0 ? undefined : value,
});
const sums: Linkage = {
  between: () => worth(0),
  labelled: () => worth(0),
  joined: (one, other) => worth((one.tally[0] ?? 0) + (other.tally[0] ?? 0)),
};

describe('refinement', () => {
  test('joins the strongest first, so that a conflict parts the weaker', () => {
    const pairs = [
      { a: 0, b: 1, between: worth(9) },
      { a: 1, b: 2, between: worth(5) },
      { a: 0, b: 2, between: worth(-8) },
    ];
    expect([...refine({ size: 3, pairs, sources: [0, 0, 0] }, sums)]).toEqual([0, 0, 2]);
  });

  test('gives nobody two records of a clean source', () => {
    const pairs = [
      { a: 0, b: 1, between: worth(9) },
      { a: 1, b: 2, between: worth(8) },
    ];
    expect([...refine({ size: 3, pairs, sources: [1, 2, 1] }, sums)]).toEqual([0, 0, 2]);
  });
});

describe('ids', () => {
  test('go to the cluster that shares most records, each id and each cluster once', () => {
    const contested = [
      { amp_id: 'old-1', cluster: 7 },
      { amp_id: 'old-2', cluster: 7 },
      { amp_id: 'old-1', cluster: 8 },
      { amp_id: 'old-2', cluster: 8 },
    ];
    expect(settle(contested)).toEqual([
      { amp_id: 'old-1', cluster: 7 },
      { amp_id: 'old-2', cluster: 8 },
    ]);
  });
});

describe('clean sources', () => {
  test('are those with far fewer links within than their links across promise', () => {
    const register = { datasource: 'register', records: 1000, within: 1, across: 800 };
    const web = { datasource: 'web', records: 1000, within: 500, across: 800 };
    expect(cleanSources([register, web])).toEqual(['register']);
  });

  test('are none where there is one source, or too little to tell', () => {
    expect(cleanSources([{ datasource: 'web', records: 1000, within: 0, across: 0 }])).toEqual([]);
    expect(
      cleanSources([
        { datasource: 'web', records: 10, within: 0, across: 5 },
        { datasource: 'shop', records: 10, within: 0, across: 5 },
      ]),
    ).toEqual([]);
  });
});
