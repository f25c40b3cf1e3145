import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strongestPath } from '../../../../core/stitch/explanation/path.ts';
import {
  labelPairs,
  nearest,
  type PublishedPair,
  publishedPath,
} from '../../../../core/stitch/explanation/published-path.ts';

const size = 8;
const place = fc.integer({ min: 0, max: size - 1 });
const edges = fc.array(fc.record({ a: place, b: place, score: fc.integer({ min: 300, max: 303 }) }), { maxLength: 14 });

/** Every way that goes nowhere twice. */
function everyPath(all: readonly { a: number; b: number; score: number }[], from: number, to: number): number[][] {
  const found: number[][] = [];
  const go = (path: number[]) => {
    const at = path.at(-1) ?? from;
    if (at === to) found.push(path);
    else
      for (const { a, b } of all) {
        const next = a === at ? b : b === at ? a : undefined;
        if (next !== undefined && !path.includes(next)) go([...path, next]);
      }
  };
  go([from]);
  return found;
}

describe('the strongest path', () => {
  test('has the strongest weakest edge of all paths, and of those the fewest edges', () => {
    fc.assert(
      fc.property(edges, (all) => {
        const weakest = (path: number[]) =>
          Math.min(
            ...path.slice(1).map((there, at) => {
              const here = path[at];
              const between = all.filter(({ a, b }) => (a === here && b === there) || (a === there && b === here));
              return Math.max(...between.map(({ score }) => score));
            }),
          );
        const paths = everyPath(all, 0, 1);
        const found = strongestPath(size, all, 0, 1);
        expect(found === undefined).toBe(paths.length === 0);
        if (paths.length === 0) return;
        const best = Math.max(...paths.map(weakest));
        const shortest = Math.min(...paths.filter((path) => weakest(path) === best).map((path) => path.length));
        expect(found?.weakest).toBe(best);
        expect(weakest(found?.places ?? [])).toBe(best);
        expect(found?.places.length).toBe(shortest);
      }),
    );
  });

  test('is the same in whatever order the pairs come', () => {
    fc.assert(
      fc.property(edges, (all) => {
        expect(strongestPath(size, [...all].reverse(), 0, 1)).toEqual(strongestPath(size, all, 0, 1));
      }),
    );
  });
});

const key = (pk: string) => ({ datasource: 'web', pk });
const pair = (one: string, other: string, score: number): PublishedPair => ({
  one: key(one),
  other: key(other),
  score,
  match_type: 'scored',
});

describe('published pairs', () => {
  test('are turned the way that the path goes', () => {
    const path = publishedPath([pair('2', '1', 4), pair('2', '3', 5)], key('1'), key('3'));
    expect(path?.map(({ one, other }) => [one.pk, other.pk])).toEqual([
      ['1', '2'],
      ['2', '3'],
    ]);
  });

  test('that lead nowhere give no path', () => {
    expect(publishedPath([pair('1', '2', 4)], key('1'), key('3'))).toBeUndefined();
  });

  test('are joined by what labels bind, of the records that are asked about', () => {
    const said = ['1', '2', '3'].map((pk) => ({ label: 'case', partition: 'p', ...key(pk) }));
    const bound = labelPairs(said, ({ pk }) => pk !== '2');
    expect(bound).toEqual([{ ...pair('1', '3', 5), match_type: 'label' }]);
  });

  test('tell who is nearest, step by step and the stronger first', () => {
    const pairs = [pair('1', '2', 3), pair('1', '3', 5), pair('3', '4', 5), pair('4', '5', 5)];
    expect(nearest(pairs, [key('1')], 4).map(({ pk }) => pk)).toEqual(['1', '3', '2', '4']);
  });
});
