import { ident, text } from '../../sql/quote.ts';
import type { Shape } from '../records/shape.ts';
import type { Part, Rule } from './rule.ts';

/**
 * The keys that each record may meet others under, as people read them: Trino SQL over the records as they are compared.
 * Columns made of others are what `values.ts` makes them for the run itself.
 */
export function blockingKeysSql(rules: readonly Rule[]): string {
  const arms = rules.map(({ name, parts }) => {
    const values = parts.map(partSql);
    const there = values.map((value) => `${value} IS NOT NULL`).join(' AND ');
    return `SELECT ${values.join(` || ':' || `)} AS bk, datasource, pk, ${text(name)} AS strategy FROM keyed WHERE ${there}`;
  });
  return `WITH keyed AS (
  SELECT p.*, CAST(p.birthdate AS varchar) AS dob, p.street || '|' || COALESCE(p.postal, p.city) AS place,
    NULLIF(TRANSLATE(SPLIT_PART(p.email, '@', 1), '._-', ''), '') AS email_user
  FROM stitch.unified_preprocessed_raw p
)
${arms.join('\nUNION ALL\n')}`;
}

/** A part as SQL over profiles: DuckDB's and Trino's alike. */
function partSql(part: Part): string {
  if ('column' in part) {
    return part.letters === undefined ? ident(part.column) : `SUBSTR(${ident(part.column)}, 1, ${part.letters})`;
  }
  const [one, other] = part.either.map(ident);
  return `CASE WHEN ${one} < ${other} THEN ${one} || ':' || ${other} ELSE ${other} || ':' || ${one} END`;
}

/** The keys of one profile, as a DuckDB list with gaps. */
export function keyListSql(rules: readonly Rule[], shape: Shape): string {
  const keys = rules.flatMap(({ parts, several }, rule) => {
    const values = parts.map(partSql);
    const alternatives = several === undefined ? [] : ordinals(several, shape);
    return (several === undefined ? [values] : alternatives.map((value) => [value])).map(
      (each) =>
        `CASE WHEN ${['true', ...each.map((value) => `${value} IS NOT NULL`)].join(' AND ')} THEN hash(${[rule, ...each].join(', ')}) END`,
    );
  });
  return `[${keys.join(', ')}]`;
}

const ordinals = (list: string, shape: Shape): string[] =>
  (list === 'emails' ? shape.emails : shape.phones).map((_, i) => `${list}[${i + 1}]`);
