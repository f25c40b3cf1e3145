import { ident, text } from '../sql/quote.ts';
import { comparedKeys, personOf } from './foreign-keys.ts';
import { itemColumn, orderOf, type TransactionOptions, transactionTables } from './itemized-transactions.ts';
import type { Renewal } from './renewal.ts';
import type { TaggedTable } from './tagged-tables.ts';

/** All lines of an order have one person, so they are renewed together; so are those without an order. */
export const orderKeys = ['datasource', 'order_id'] as const;

type Follows = Renewal['follows'];

/** The orders with changed lines, and those whose lines may lead to other people now. */
export function touchedOrders(tables: readonly TaggedTable[], options: TransactionOptions): Follows {
  const sources = transactionTables(tables);
  // A key is made comparable once, not in each of its lines.
  const ofKeys = (changed: string) =>
    sources.flatMap((table) => {
      const lines = `domain.${ident(table.name)} t`;
      return comparedKeys(table, options).map(
        ({ namespace, written, compared }) => `${selectOrders(table)}
FROM ${lines}
WHERE ${written} IN (
  SELECT w.written
  FROM (SELECT DISTINCT ${written} AS written FROM ${lines}) w
  WHERE ${compared('w.written')} IN (SELECT c.fk FROM ${changed} c WHERE c.namespace = ${text(namespace)})
)`,
      );
    });
  const ofRecords = (changed: string) =>
    sources
      .filter((table) => table.stitched)
      .map(
        (table) =>
          `${selectOrders(table)}\nFROM domain.${ident(table.name)} t\nJOIN ${changed} c ON c.datasource = ${text(table.name)} AND c.pk = t."_pk"`,
      );
  return {
    ...Object.fromEntries(sources.map((table) => [`domain.${table.name}`, changedLines(table)])),
    'customer360.stitch_foreign_keys': (changed) => ofKeys(changed).join('\nUNION ALL\n'),
    'stitch.assignments': (changed) => ofRecords(changed).join('\nUNION ALL\n'),
  };
}

/** What touches lines: what touches the owners of their orders, and changes of lines that never lead to anybody. */
export function touchedLines(tables: readonly TaggedTable[], options: TransactionOptions): Follows {
  const lines = transactionTables(tables).map((table) => {
    const hasOwners = personOf(table, options).keys.length > 0;
    return [`domain.${table.name}`, hasOwners ? null : changedLines(table)] as const;
  });
  return {
    ...Object.fromEntries(lines),
    'customer360.stitch_foreign_keys': null,
    'stitch.assignments': null,
    'customer360.order_owners': (changed) => `SELECT c.datasource, c.order_id FROM ${changed} c`,
  };
}

const selectOrders = (table: TaggedTable): string =>
  `SELECT ${text(table.name)} AS datasource, ${orderOf(table)} AS order_id`;

/** The orders that changed lines are of, and, where a line can move to another order, were of. */
function changedLines(table: TaggedTable): (changed: string) => string {
  const now = (changed: string) => `${selectOrders(table)}\nFROM ${changed} t`;
  const column = itemColumn(table, 'order_id');
  if (column === undefined || table.primary_key.includes(column.name)) return now;
  return (changed) => `${now(changed)}
UNION ALL
SELECT u.datasource, u.order_id
FROM customer360.unified_itemized_transactions u
JOIN ${changed} t ON t."_pk" = u.pk
WHERE u.datasource = ${text(table.name)}`;
}
