import { describe, expect, test } from 'vitest';
import { explanationText } from '../../cli/explanation-text.ts';
import { widestLine } from '../../cli/table-text.ts';
import { explanationsOf } from '../support/explanations.ts';

describe('an explanation as text', () => {
  const long = explanationsOf('MAXIMILIANE.MUSTERMANN@EXAMPLE.ORG');
  const hostile = explanationsOf('\u001b[31mred\u0007');

  test.each(['together', 'apart'] as const)('of two records that are %s fits into 100 columns', (which) => {
    expect(widestLine(explanationText(long[which]))).toBeLessThanOrEqual(100);
  });

  test.each(['together', 'apart'] as const)('of two records that are %s lets no value steer the terminal', (which) => {
    const text = explanationText(hostile[which]);
    expect(text).not.toContain('\u001b');
    expect(text).not.toContain('\u0007');
    expect(text).toContain('[31mred');
  });

  test('points to the other question where that one tells more', () => {
    const { together: told, apart: why } = long;
    const { together: _, ...onePerson } = told;
    const { apart: __, ...twoPeople } = why;
    expect(explanationText(onePerson)).toMatch(
      /They are one person\. Why, [\s\S]*stitch explain\s+web\/\S+\s+web\/\S+$/,
    );
    expect(explanationText(twoPeople)).toMatch(/Why they are apart, [\s\S]* --not$/);
    expect(explanationText(told)).not.toContain('tributary stitch explain');
    expect(explanationText(why)).not.toContain('tributary stitch explain');
  });
});
