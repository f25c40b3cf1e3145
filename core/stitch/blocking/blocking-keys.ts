import { text } from '../../sql/quote.ts';
import { partSql, type Rule } from './blocking.ts';

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
