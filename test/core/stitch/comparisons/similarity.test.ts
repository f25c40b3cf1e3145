import { describe, expect, test } from 'vitest';
import {
  hasWords,
  jaroWinkler,
  jaroWinklerAtMost,
  lettersIn,
  oneEditApart,
  oneReplaced,
  type Span,
} from '../../../../core/stitch/comparisons/similarity.ts';
import { Dictionary } from '../../../../core/stitch/records/dictionary.ts';
import { Draws } from '../../../support/draws.ts';

function span(text: string): Span {
  const dictionary = new Dictionary();
  dictionary.addText(text);
  const { letters, starts } = dictionary.letters();
  return { letters, from: starts[0] ?? 0, to: starts[1] ?? 0 };
}

describe('Jaro-Winkler', () => {
  // Winkler (1990), table of the Census Bureau's strcmp95 without its letters alike.
  test.each([
    ['MARTHA', 'MARHTA', 0.961],
    ['DWAYNE', 'DUANE', 0.84],
    ['DIXON', 'DICKSONX', 0.813],
    ['SHACKLEFORD', 'SHACKELFORD', 0.982],
    ['ABC', 'XYZ', 0],
  ])('of %s and %s is %f', (one, other, expected) => {
    expect(jaroWinkler(span(one), span(other))).toBeCloseTo(expected, 3);
  });

  test('is the same whichever text comes first', () => {
    const names = ['AABABCDCAB', 'CABADBABCA', 'BAACDABBA', 'ИВАНОВА', 'ІВАНОВА', 'X'];
    for (const one of names) {
      for (const other of names) expect(jaroWinkler(span(one), span(other))).toBe(jaroWinkler(span(other), span(one)));
    }
  });

  test('of texts of a megabyte costs no more than that of their beginnings', () => {
    const [one, other] = [`${'AB'.repeat(500_000)}C`, `${'AB'.repeat(500_000)}D`];
    expect(jaroWinkler(span(one), span(other))).toBe(1);
    expect(jaroWinkler(span(one), span('XY'.repeat(500_000)))).toBe(0);
  });

  test('is never more than what the letters of two texts allow', () => {
    const letters = 'ABCDEИВ1';
    const draws = new Draws(7);
    const below = (n: number) => Math.floor(n * draws.next());
    const word = () => Array.from({ length: 1 + below(9) }, () => letters[below(letters.length)]).join('');
    for (let n = 0; n < 5000; n++) {
      const [one, other] = [span(word()), span(word())];
      const most = jaroWinklerAtMost(one, other, lettersIn(one), lettersIn(other));
      expect(jaroWinkler(one, other)).toBeLessThanOrEqual(most);
    }
    const [anna, otto] = [span('ANNA'), span('OTTO')];
    expect(jaroWinklerAtMost(anna, otto, lettersIn(anna), lettersIn(otto))).toBeLessThan(0.8);
  });

  test('counts letters, not bytes, in any script', () => {
    expect(jaroWinkler(span('ИВАН'), span('ПЕТЯ'))).toBe(0);
    expect(jaroWinkler(span('ИВАНОВ'), span('ИВАНОФ'))).toBeCloseTo(jaroWinkler(span('IVANOV'), span('IVANOF')), 10);
  });
});

test.each([
  ['SMITH', 'SMTH', true],
  ['SMITH', 'SMYTH', true],
  ['SMITH', 'SIMTH', true],
  ['SMITH', 'SMITHS', true],
  ['SMITH', 'SMITH', false],
  ['SMITH', 'SIMHT', false],
  ['SMITH', 'SMIT HS', false],
  ['', 'A', true],
])('%s and %s are one edit apart: %s', (one, other, expected) => {
  expect([oneEditApart(span(one), span(other)), oneEditApart(span(other), span(one))]).toEqual([expected, expected]);
});

test('one letter replaced is not one left out', () => {
  expect(oneReplaced(span('19800229'), span('19800228'))).toBe(true);
  expect(oneReplaced(span('19800229'), span('1980022'))).toBe(false);
  expect(oneReplaced(span('19800229'), span('19800229'))).toBe(false);
});

test('a surname is part of another as a whole word alone', () => {
  expect(hasWords(span('GARCIA LOPEZ'), span('LOPEZ'))).toBe(true);
  expect(hasWords(span('GARCIA LOPEZ'), span('GARCIA'))).toBe(true);
  expect(hasWords(span('GARCIA LOPEZ'), span('PEZ'))).toBe(false);
  expect(hasWords(span('GARCIAS'), span('GARCIA'))).toBe(false);
});
