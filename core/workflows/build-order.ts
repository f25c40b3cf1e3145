import type { TableEntry } from '../contracts/catalog.ts';
import type { PlannableTable } from '../customer360/build-plan.ts';
import { renewalOf } from '../customer360/renewal.ts';
import { tableFinder } from '../environments/table-names.ts';
import { inDependencyOrder } from '../sql/dependencies.ts';
import { translate } from '../sql/translate.ts';
import type { TableDefinition } from './table-definitions.ts';

const nameOf = (table: Pick<TableEntry, 'schema' | 'name'>) => `${table.schema}.${table.name}`;

/** The tables with every one after those that it reads, and what each reads; a circle is a `BrokenReference`. */
export function inBuildOrder(
  definitions: readonly TableDefinition[],
  tables: Record<string, TableEntry>,
): PlannableTable[] {
  const known = [...Object.values(tables), ...definitions].map(nameOf);
  return inDependencyOrder(definitions.map((definition) => ({ ...definition, table: definition.name }))).map(
    (definition) => {
      const planned = plan(definition, known);
      return { ...planned, renewal: renewalOf(definition, planned.reads, tables) };
    },
  );
}

function plan({ schema, name, sql }: TableDefinition, known: readonly string[]): PlannableTable {
  // Custom domain tables come before Stitch: they can't read what is made of them.
  const find = tableFinder(schema === 'domain' ? known.filter((one) => one.startsWith('domain.')) : known);
  const { reads, timeDependent } = translate(sql, { tables: find, asOf: '1970-01-01T00:00:00Z', known });
  return { schema, name, sql, timeDependent, reads: [...new Set(reads.flatMap((read) => find(read) ?? []))].sort() };
}
