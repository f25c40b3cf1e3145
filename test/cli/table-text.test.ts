import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes, counted, duration } from '../../cli/figures.ts';
import { tableText, widestLine } from '../../cli/table-text.ts';

describe('a table', () => {
  test('lines up text to the left and numbers to the right', () => {
    const text = tableText(
      ['feed', 'rows'],
      [
        ['web-orders', 1234567],
        ['stores', null],
      ],
    );
    expect(text).toBe(['feed             rows', '──────────  ─────────', 'web-orders  1,234,567', 'stores'].join('\n'));
  });

  test('fits the width that it is given by cutting its widest columns', () => {
    const cell = fc.oneof(fc.string({ maxLength: 90 }), fc.integer(), fc.constant(null));
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), (rows) => {
        expect(widestLine(tableText(['a', 'b', 'c'], rows, { within: 60 }))).toBeLessThanOrEqual(60);
      }),
    );
  });

  test('lets no data move the cursor or break a line', () => {
    const text = tableText(['value'], [['one\u001b[2J\ntwo\u0007']]);
    expect(text.split('\n')).toHaveLength(3);
    expect(stripVTControlCharacters(text)).toBe(text);
  });

  test('nor are those of a head, which may be a key', () => {
    expect(tableText(['web/1\u001b[2J'], [['Ann']])).not.toContain('\u001b');
  });
});

describe('figures', () => {
  test.each([
    [0, '0.0 s'],
    [420, '0.4 s'],
    [9_960, '10 s'],
    [59_600, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [7_620_000, '2 h 07 min'],
  ])('%i ms reads %s', (ms, text) => expect(duration(ms)).toBe(text));

  test('sizes and numbers are read as people write them', () => {
    expect([bytes(812), bytes(23_100_000)]).toEqual(['812 bytes', '23.1 MB']);
    expect([counted(1, 'file'), counted(1234, 'person', 'people')]).toEqual(['1 file', '1,234 people']);
  });
});
