import { ident, text } from '../sql/quote.ts';
import { type KeyOptions, personOf } from './foreign-keys.ts';
import { itemColumn, transactionTables } from './itemized-transactions.ts';
import { type TaggedTable, valueAs } from './tagged-tables.ts';
import { stitchFindings } from './unified-records.ts';

/**
 * Rebuilding a few people instead of everybody.
 *
 * 1. `customer360.changed_rows` (datasource, pk): domain rows loaded since the last build; whoever builds fills it.
 * 2. `customer360.affected_people` (amp_id): `affectedPeopleSql`. The schema `previous` stands for the last build.
 * 3. For each table with `incremental_by`, its rows of those people and of nobody: `incrementalSql`, the delta.
 * 4. The new version is the last one without those people, and the delta: `withDelta`, as a view until it is compacted.
 *
 * Rows of nobody (`amp_id` NULL) are always part of a delta, since a row leaves them when its person turns up.
 */
export interface IncrementalTable {
  sql: string;
  incremental_by?: 'amp_id' | undefined;
  /** What gives the affected people's rows, where it isn't the SQL over their rows of what it reads. */
  incremental_sql?: string | undefined;
}

/** Which people are rebuilt, as a condition on the `amp_id` of a table. */
export const affectedOf = (table: string): string =>
  `${table}.amp_id IS NULL OR ${table}.amp_id IN (SELECT p.amp_id FROM customer360.affected_people p)`;

/**
 * The rows of a table that belong to the affected people or to nobody. `perPerson` names the tables with an `amp_id`
 * as `schema.name`; of these only the affected people's rows are read.
 */
export function incrementalSql(table: IncrementalTable, perPerson: ReadonlySet<string>): string {
  return (
    table.incremental_sql ??
    table.sql.replace(
      /\b(FROM|JOIN)(\s+)((?:customer360|stitch)\.)"?(\w+)"?/gi,
      (read, keyword: string, space: string, schema: string, name: string) =>
        perPerson.has(`${schema}${name}`)
          ? `${keyword}${space}(SELECT r.* FROM ${schema}${ident(name)} r WHERE ${affectedOf('r')})`
          : read,
    )
  );
}

/** A table's new version over its last one, `base`: that without the affected people, and their rows from `delta`. */
export const withDelta = (base: string, delta: string): string =>
  `SELECT * FROM ${base} b
WHERE b.amp_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM customer360.affected_people p WHERE p.amp_id = b.amp_id)
UNION ALL
SELECT * FROM ${delta} d`;

/** Whoever has a row now or had one in the last build that has changed, moved, come or gone. */
export function affectedPeopleSql(tables: readonly TaggedTable[], keys: KeyOptions): string {
  const people = [
    changedRecords('previous.unified_coalesced'),
    changedRecords('stitch.assignments'),
    ...differences(
      'previous.unified_coalesced',
      'stitch.assignments',
      ['datasource', 'pk'],
      ['amp_id', ...stitchFindings],
    ),
  ];
  if (keys.hasKeys) people.push(...versions('stitch_foreign_keys', ['namespace', 'fk']));
  if (transactionTables(tables).length > 0) {
    people.push(...versions('order_owners', ['datasource', 'order_id']));
    people.push(changedRecords('previous.unified_itemized_transactions'));
    people.push(...transactionTables(tables).flatMap((table) => changedLines(table, keys)));
  }
  return `SELECT DISTINCT p.amp_id\nFROM (\n${people.join('\nUNION ALL\n')}\n) p\nWHERE p.amp_id IS NOT NULL`;
}

const changedRecords = (table: string): string =>
  `SELECT c.amp_id FROM ${table} c JOIN customer360.changed_rows r ON r.datasource = c.datasource AND r.pk = c.pk`;

/** People of the rows that are in one of two tables only, or differ between them. */
function differences(one: string, other: string, key: string[], values: string[]): string[] {
  const same = key.map((column) => `b.${column} = a.${column}`).join(' AND ');
  const differs = values.map((column) => `b.${column} IS DISTINCT FROM a.${column}`).join(' OR ');
  const missing = `b.${key[0]} IS NULL`;
  return [
    [one, other],
    [other, one],
  ].map(([a, b]) => `SELECT a.amp_id FROM ${a} a LEFT JOIN ${b} b ON ${same} WHERE ${missing} OR ${differs}`);
}

const versions = (name: string, key: string[]): string[] =>
  differences(`previous.${name}`, `customer360.${name}`, key, ['amp_id']);

/** People that changed lines lead to now, and those who had their orders. */
function changedLines(table: TaggedTable, keys: KeyOptions): string[] {
  const person = personOf(table, keys);
  const order = valueAs(itemColumn(table, 'order_id'), 'String');
  const rows = `FROM domain.${ident(table.name)} t
JOIN customer360.changed_rows r ON r.datasource = ${text(table.name)} AND r.pk = t."_pk"`;
  return [
    `SELECT ${person.ampId} AS amp_id ${rows}${person.joins}`,
    `SELECT u.amp_id FROM previous.unified_itemized_transactions u
WHERE u.datasource = ${text(table.name)} AND u.order_id IN (SELECT ${order} ${rows})`,
  ];
}
