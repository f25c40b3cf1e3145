import { ident } from '../sql/quote.ts';
import { type Comparison, levelCount } from './comparisons.ts';

/** Where a comparison's level stands in the words of a pattern. */
interface Field {
  comparison: Comparison;
  word: number;
  shift: number;
  mask: number;
}

/** All levels of a pair packed in few 30-bit numbers: what a pair has in common is its pattern and nothing else. */
export interface Layout {
  fields: Field[];
  words: number;
}

const WORD_BITS = 30;

export function layoutOf(comparisons: readonly Comparison[]): Layout {
  let [word, shift] = [0, 0];
  const fields = comparisons.map((comparison) => {
    const bits = Math.ceil(Math.log2(levelCount(comparison)));
    if (shift + bits > WORD_BITS) [word, shift] = [word + 1, 0];
    const field = { comparison, word, shift, mask: (1 << bits) - 1 };
    shift += bits;
    return field;
  });
  return { fields, words: word + 1 };
}

/** The names of a pattern's columns. */
export const wordNames = (layout: Layout): string[] => Array.from({ length: layout.words }, (_, word) => `p${word}`);

/** The level of each field, from the words of a pattern. */
export const levelsOf = (layout: Layout, words: readonly number[]): number[] =>
  layout.fields.map((field) => ((words[field.word] ?? 0) >>> field.shift) & field.mask);

function levelSql(comparison: Comparison): string {
  const { equal, levels } = comparison;
  const top = 1 + levels.length + (equal?.bands ?? 0);
  const arms = levels.map((level, i) => `WHEN ${level.when} THEN ${i + 2}`).reverse();
  const equality = equal
    ? `WHEN ${equal.when} THEN ${top} - least(l.${ident(`${equal.column}_band`)}, ${equal.bands - 1})::INTEGER`
    : '';
  return `CASE WHEN ${comparison.missing} THEN 0 ${equality} ${arms.join(' ')} ELSE 1 END`;
}

/**
 * The pairs of a relation (a, b, and what else it holds) with their pattern. Each similarity is computed once a pair; the
 * profile columns are hung on by two joins on whole numbers.
 */
export function patternSql(layout: Layout, pairs: string, also: string[] = []): string {
  const comparisons = layout.fields.map((field) => field.comparison);
  const reads = [...new Set(comparisons.flatMap((comparison) => comparison.reads))];
  const measures = comparisons.flatMap((comparison) => Object.entries(comparison.measures));
  const flat = (sql: string) =>
    sql.replace(
      /\b([lrm])\.("(?:[^"]|"")+"|\w+)/g,
      (_, owner: string, name: string) => `${owner}_${name.replaceAll('"', '')}`,
    );
  const words = wordNames(layout).map((name, word) => {
    const parts = layout.fields
      .map((field, i) => ({ field, i }))
      .filter(({ field }) => field.word === word)
      .map(({ field, i }) => (field.shift === 0 ? `f${i}` : `(f${i} << ${field.shift})`));
    return `(${parts.join(' | ')})::INTEGER AS ${name}`;
  });
  const extra = also.map((column) => `, ${column}`).join('');
  const columns = reads.flatMap((column) => [
    `l.${ident(column)} AS ${`l_${column}`}`,
    `r.${ident(column)} AS ${`r_${column}`}`,
  ]);
  return `SELECT a, b${extra}, ${words.join(', ')} FROM (
SELECT a, b${extra}, ${comparisons.map((comparison, i) => `${flat(levelSql(comparison))} AS f${i}`).join(',\n')} FROM (
SELECT *${measures.map(([name, sql]) => `, ${flat(sql)} AS m_${name}`).join('')} FROM (
SELECT a, b${extra}, ${columns.join(', ')}
FROM ${pairs} JOIN profile l ON l.id = a JOIN profile r ON r.id = b)))`;
}
