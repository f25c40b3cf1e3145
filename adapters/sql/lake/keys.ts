import { ident } from '../../../core/sql/quote.ts';

/**
 * Equal keys of `a` and `b`, NULL being a value like others. Said by equalities alone: over IS NOT DISTINCT FROM, Trino
 * compares every row with every other.
 */
const isSame = (a: string, b: string, keys: readonly string[]): string =>
  keys
    .flatMap((key) => {
      const [one, other] = [`${a}.${ident(key)}`, `${b}.${ident(key)}`];
      const known = (value: string) => `coalesce(CAST(${value} AS varchar), '')`;
      return [`${known(one)} = ${known(other)}`, `(${one} IS NULL) = (${other} IS NULL)`];
    })
    .join(' AND ');

/** The rows `r` of a relation with none of the keys of another, as the end of a SELECT. */
export const without = (relation: string, gone: string, keys: readonly string[]): string =>
  `${joined('LEFT JOIN', relation, gone, keys)} WHERE g.is_there IS NULL`;

/** The rows `r` of a relation with one of the keys of another, as the end of a SELECT. */
export const among = (relation: string, keys: { columns: readonly string[]; of: string }): string =>
  joined('JOIN', relation, keys.of, keys.columns);

const joined = (how: string, relation: string, keyed: string, keys: readonly string[]): string =>
  `${relation} r ${how} (SELECT DISTINCT ${keys.map(ident).join(', ')}, TRUE AS is_there FROM ${keyed}) g ON ${isSame('r', 'g', keys)}`;
