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
  return `CASE ${equality} WHEN ${comparison.missing} THEN 0 ${arms.join(' ')} ELSE 1 END`;
}

/** What the comparisons of a layout have in common: of two that read or measure one thing, one counts. */
const merged = (layout: Layout, what: 'reads' | 'measures'): [string, string][] =>
  Object.entries(Object.assign({}, ...layout.fields.map(({ comparison }) => comparison[what])));

/** Table `compared`: of each profile what the comparisons read, and nothing else; `graded` are those of `gradedSql`. */
export function comparedSql(layout: Layout, graded: string): string {
  const reads = merged(layout, 'reads').map(([name, sql]) => `${sql} AS ${ident(name)}`);
  return `CREATE TABLE compared AS SELECT id, ${reads.join(', ')} FROM (${graded})`;
}

/** `l.x`, `r.x` and `m.x` as columns of the joined pairs. */
const flat = (sql: string) =>
  sql.replace(
    /\b([lrm])\.("(?:[^"]|"")+"|\w+)/g,
    (_, owner: string, name: string) => `${owner}_${name.replaceAll('"', '')}`,
  );

/** The pairs of a relation (a, b) with their pattern. What is compared is hung on by two joins on whole numbers. */
export function patternSql(layout: Layout, pairs: string): string {
  const words = wordNames(layout).map((name, word) => {
    const parts = layout.fields
      .map((field, i) => ({ field, i }))
      .filter(({ field }) => field.word === word)
      .map(({ field, i }) => (field.shift === 0 ? `f${i}` : `(f${i} << ${field.shift})`));
    return `(${parts.join(' | ')})::INTEGER AS ${name}`;
  });
  const columns = merged(layout, 'reads').flatMap(([column]) => [
    `l.${ident(column)} AS ${`l_${column}`}`,
    `r.${ident(column)} AS ${`r_${column}`}`,
  ]);
  const measures = merged(layout, 'measures').map(([name, sql]) => `, ${flat(sql)} AS m_${name}`);
  const levels = layout.fields.map(({ comparison }, i) => `${flat(levelSql(comparison))} AS f${i}`);
  return `SELECT a, b, ${words.join(', ')} FROM (
SELECT a, b, ${levels.join(',\n')} FROM (
SELECT *${measures.join('')} FROM (
SELECT a, b, ${columns.join(', ')}
FROM ${pairs} JOIN compared l ON l.id = a JOIN compared r ON r.id = b)))`;
}
