import type { TableEntry } from '../contracts/catalog.ts';
import type { PlannableTable } from '../customer360/build-plan.ts';
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
  const resolve = resolver(known, definitions[0]?.schema);
  return inDependencyOrder(definitions.map((definition) => ({ ...definition, table: definition.name }))).map(
    (definition) => plan(definition, resolve, known),
  );
}

/** `schema.name` of a table as SQL names it: without a schema it is of the stage's own, then of the others. */
export function resolver(known: readonly string[], own = 'customer360') {
  const names = new Set(known);
  return ({ schema, table }: { schema?: string; table: string }): string | undefined => {
    const candidates =
      schema === undefined
        ? [own, 'customer360', 'stitch', 'domain'].map((one) => `${one}.${table}`)
        : [`${schema}.${table}`];
    return candidates.find((name) => names.has(name));
  };
}

function plan(
  definition: TableDefinition,
  resolve: ReturnType<typeof resolver>,
  known: readonly string[],
): PlannableTable {
  const { schema, name, sql } = definition;
  const { reads, timeDependent } = translate(sql, { tables: resolve, asOf: '1970-01-01T00:00:00Z', known });
  return { schema, name, sql, timeDependent, reads: [...new Set(reads.flatMap((read) => resolve(read) ?? []))].sort() };
}
