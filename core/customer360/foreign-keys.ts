import { ident, text } from '../sql/quote.ts';
import { sortedByName, type TaggedTable, tagged, tagsOf, valueAs } from './tagged-tables.ts';

/** Groups of tags whose rows belong to people but are not matched themselves. */
const interactionGroups = ['txn-item/', 'loy/', 'loy-event/'];

/** A namespace in which a value stands for one person, and the column that holds it. */
interface Key {
  namespace: string;
  tag: string;
}

/** The keys by which a table's rows find their person, the most telling first. */
function keysOf(table: TaggedTable): Key[] {
  const tags = tagsOf(table);
  const foreign = tags.filter((tag) => tag.startsWith('fk-')).sort();
  const keys = foreign.map((tag) => ({ namespace: tag, tag }));
  if (table.source !== undefined && tags.includes('txn-item/customer-id')) {
    keys.push({ namespace: `ck ${table.source}`, tag: 'txn-item/customer-id' });
  }
  const loyalty = tags.find((tag) => tag === 'loy/loyalty-id' || tag === 'loy-event/loyalty-id');
  if (loyalty !== undefined) keys.push({ namespace: 'loyalty-id', tag: loyalty });
  return keys;
}

/** The tag by which a stitched table tells the values of a namespace. */
function tagInNamespace(table: TaggedTable, namespace: string): string {
  if (!namespace.startsWith('ck ')) return namespace;
  return namespace === `ck ${table.source}` ? 'ck' : '';
}

/** Keys are compared without regard to case and outer spaces, unless their tag is listed as case sensitive. */
function comparable(value: string, namespace: string, caseSensitive: readonly string[]): string {
  return caseSensitive.includes(namespace) ? `TRIM(${value})` : `UPPER(TRIM(${value}))`;
}

const isInteraction = (table: TaggedTable): boolean =>
  tagsOf(table).some((tag) => interactionGroups.some((group) => tag.startsWith(group)));

/**
 * The person that every key stands for, one row a (namespace, fk): the record updated last decides when a key is
 * seen with several people. Only namespaces that interactions use. Undefined when there are none.
 */
export function stitchForeignKeysSql(
  tables: readonly TaggedTable[],
  caseSensitive: readonly string[],
): string | undefined {
  const namespaces = new Set(
    tables.filter(isInteraction).flatMap((table) => keysOf(table).map((key) => key.namespace)),
  );
  const sources = [...namespaces].sort().flatMap((namespace) =>
    sortedByName(tables.filter((table) => table.stitched)).flatMap((table) => {
      const column = tagged(table, tagInNamespace(table, namespace));
      return column === undefined ? [] : [keyRecordsSql(table, namespace, valueAs(column, 'String'), caseSensitive)];
    }),
  );
  if (sources.length === 0) return undefined;
  return `WITH keys AS (
${sources.join('\nUNION ALL\n')}
), people AS (
  SELECT k.namespace, k.fk, k.amp_id, MAX(k.updated) AS updated
  FROM keys k
  GROUP BY k.namespace, k.fk, k.amp_id
), latest AS (
  SELECT p.namespace, p.fk, MAX(p.updated) AS updated
  FROM people p
  GROUP BY p.namespace, p.fk
)
SELECT p.namespace, p.fk, MIN(p.amp_id) AS amp_id
FROM people p
JOIN latest l ON l.namespace = p.namespace AND l.fk = p.fk AND l.updated = p.updated
GROUP BY p.namespace, p.fk`;
}

function keyRecordsSql(table: TaggedTable, namespace: string, value: string, caseSensitive: readonly string[]): string {
  return `  SELECT ${text(namespace)} AS namespace, ${comparable(value, namespace, caseSensitive)} AS fk, a.amp_id, ${updatedOf(table)} AS updated
  FROM stitch.assignments a
  JOIN domain.${ident(table.name)} t ON t."_pk" = a.pk
  WHERE a.datasource = ${text(table.name)} AND ${value} IS NOT NULL`;
}

/** When a row was updated: its tagged datetime, else the time that its feed gave it. Compared within one table or tag only. */
export function updatedOf(table: TaggedTable): string {
  const column = tagged(table, 'update-dt');
  const oldest = "TIMESTAMP '0001-01-01 00:00:00.000000'";
  return column === undefined ? oldest : `COALESCE(${valueAs(column, 'Datetime')}, ${oldest})`;
}

/** How keys are compared, and whether there is a `stitch_foreign_keys` to find people in. */
export interface KeyOptions {
  caseSensitiveKeys: readonly string[];
  hasKeys: boolean;
}

/** The options for these tables: there are keys when interactions and stitched tables share a namespace. */
export const keyOptions = (tables: readonly TaggedTable[], caseSensitiveKeys: readonly string[]): KeyOptions => ({
  caseSensitiveKeys,
  hasKeys: stitchForeignKeysSql(tables, caseSensitiveKeys) !== undefined,
});

/**
 * How the rows `t` of a table find their person: joins to add after `FROM domain.<table> t`, the AmpID that they give,
 * and the plain values that decide it, for telling without a join that two rows have one person.
 */
export function personOf(table: TaggedTable, options: KeyOptions): { joins: string; ampId: string; keys: string[] } {
  const keys = options.hasKeys ? keysOf(table) : [];
  const written = keys.map(({ tag }) => valueAs(tagged(table, tag), 'String'));
  const values = keys.map(({ namespace }, index) =>
    comparable(written[index] ?? '', namespace, options.caseSensitiveKeys),
  );
  const joins = keys.map(
    ({ namespace }, index) =>
      `\nLEFT JOIN customer360.stitch_foreign_keys k${index} ON k${index}.namespace = ${text(namespace)} AND k${index}.fk = ${values[index]}`,
  );
  const found = keys.map((_, index) => `k${index}.amp_id`);
  if (table.stitched) {
    joins.unshift(`\nLEFT JOIN stitch.assignments a ON a.datasource = ${text(table.name)} AND a.pk = t."_pk"`);
    found.unshift('a.amp_id');
  }
  const ampId = found.length > 1 ? `COALESCE(${found.join(', ')})` : (found[0] ?? 'CAST(NULL AS varchar)');
  return { joins: joins.join(''), ampId, keys: table.stitched ? [ampId] : written };
}
