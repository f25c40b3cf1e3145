import { columnOfTag } from '../semantics/registry.ts';
import { ident, text } from '../sql/quote.ts';
import { type Renewal, touchedRows } from './renewal.ts';
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

/** Keys are compared without regard to case and outer spaces, unless their tag is listed as case sensitive. */
function comparable(value: string, namespace: string, caseSensitive: readonly string[]): string {
  return caseSensitive.includes(namespace) ? `TRIM(${value})` : `UPPER(TRIM(${value}))`;
}

const isInteraction = (table: TaggedTable): boolean =>
  tagsOf(table).some((tag) => interactionGroups.some((group) => tag.startsWith(group)));

/** The keys that records tell, as SQL over a relation of records, of which it reads `columns`; only namespaces that interactions use. Undefined when there are none. */
function recordKeys(
  tables: readonly TaggedTable[],
  caseSensitive: readonly string[],
): { columns: string[]; of: (records: string) => string } | undefined {
  const namespaces = new Set(
    tables.filter(isInteraction).flatMap((table) => keysOf(table).map((key) => key.namespace)),
  );
  const stitched = tables.filter((table) => table.stitched);
  const sources = [...namespaces].sort().flatMap((namespace) => {
    const source = namespace.startsWith('ck ') ? namespace.slice(3) : undefined;
    const tag = source === undefined ? namespace : 'ck';
    const telling = stitched.filter((table) => tagged(table, tag) && (source === undefined || table.source === source));
    if (telling.length === 0) return [];
    const column = columnOfTag(tag);
    const value = `c.${ident(column)}`;
    const own = sortedByName(telling).map((table) => text(table.name));
    const of = (
      records: string,
    ) => `  SELECT ${text(namespace)} AS namespace, ${comparable(value, namespace, caseSensitive)} AS fk, c.amp_id,
    COALESCE(c.update_dt, TIMESTAMP '0001-01-01 00:00:00.000000') AS updated
  FROM ${records} c
  WHERE c.datasource IN (${own.join(', ')}) AND ${value} IS NOT NULL`;
    return [{ column, of }];
  });
  if (sources.length === 0) return undefined;
  return {
    columns: ['datasource', 'amp_id', 'update_dt', ...sources.map(({ column }) => column)],
    of: (records) => sources.map(({ of }) => of(records)).join('\nUNION ALL\n'),
  };
}

/**
 * The person that every key stands for, one row a (namespace, fk): the record updated last decides when a key is
 * seen with several people, which few are. `keys` is SQL of the keys of records.
 */
const deciding = (keys: string): string => `WITH keys AS (
${keys}
), people AS (
  SELECT k.namespace, k.fk, MIN(k.amp_id) AS one, MAX(k.amp_id) AS other, MAX(k.updated) AS updated
  FROM keys k
  GROUP BY k.namespace, k.fk
)
SELECT p.namespace, p.fk, p.one AS amp_id
FROM people p
WHERE p.one = p.other
UNION ALL
SELECT k.namespace, k.fk, MIN(k.amp_id) AS amp_id
FROM people p
JOIN keys k ON k.namespace = p.namespace AND k.fk = p.fk AND k.updated = p.updated
WHERE p.one <> p.other
GROUP BY k.namespace, k.fk`;

/** The table `stitch_foreign_keys`; undefined when interactions and stitched tables share no namespace. */
export function stitchForeignKeys(
  tables: readonly TaggedTable[],
  caseSensitive: readonly string[],
): { sql: string; renewal: Renewal } | undefined {
  const keysOfRecords = recordKeys(tables, caseSensitive);
  if (!keysOfRecords) return undefined;
  const all = keysOfRecords.of('customer360.unified_coalesced');
  const touched = touchedRows('stitch_foreign_keys', `(\n${all}\n)`, { namespace: 't.namespace', fk: 't.fk' }, []);
  return {
    sql: deciding(all),
    renewal: {
      keys: ['namespace', 'fk'],
      asks: keysOfRecords.columns,
      follows: {
        'customer360.unified_coalesced': (changed) =>
          `SELECT n.namespace, n.fk FROM (\n${keysOfRecords.of(changed)}\n) n`,
      },
      rows: deciding(`SELECT n.* FROM ${touched} n`),
    },
  };
}

/** How keys are compared, and whether there is a `stitch_foreign_keys` to find people in. */
export interface KeyOptions {
  caseSensitiveKeys: readonly string[];
  hasKeys: boolean;
}

/** The options for these tables: there are keys when interactions and stitched tables share a namespace. */
export const keyOptions = (tables: readonly TaggedTable[], caseSensitiveKeys: readonly string[]): KeyOptions => ({
  caseSensitiveKeys,
  hasKeys: recordKeys(tables, caseSensitiveKeys) !== undefined,
});

/** The keys of the rows `t` of a table as they are written, and how such a value is compared. */
export const comparedKeys = (table: TaggedTable, options: KeyOptions) =>
  (options.hasKeys ? keysOf(table) : []).map(({ namespace, tag }) => ({
    namespace,
    written: valueAs(tagged(table, tag), 'String'),
    compared: (value: string) => comparable(value, namespace, options.caseSensitiveKeys),
  }));

/**
 * How the rows `t` of a table find their person: joins to add after `FROM domain.<table> t`, the AmpID that they give,
 * and the plain values that decide it, for telling without a join that two rows have one person.
 */
export function personOf(table: TaggedTable, options: KeyOptions): { joins: string; ampId: string; keys: string[] } {
  const keys = comparedKeys(table, options);
  const joins = keys.map(
    ({ namespace, written, compared }, index) =>
      `\nLEFT JOIN customer360.stitch_foreign_keys k${index} ON k${index}.namespace = ${text(namespace)} AND k${index}.fk = ${compared(written)}`,
  );
  const found = keys.map((_, index) => `k${index}.amp_id`);
  if (table.stitched) {
    joins.unshift(`\nLEFT JOIN stitch.assignments a ON a.datasource = ${text(table.name)} AND a.pk = t."_pk"`);
    found.unshift('a.amp_id');
  }
  const ampId = found.length > 1 ? `COALESCE(${found.join(', ')})` : (found[0] ?? 'CAST(NULL AS varchar)');
  return { joins: joins.join(''), ampId, keys: table.stitched ? [ampId] : keys.map((key) => key.written) };
}
