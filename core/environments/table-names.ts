/** Where a name without a schema is looked for, in this order. */
const schemas = ['customer360', 'stitch', 'domain'];

/** Finds `schema.name` of a table among those that there are, as SQL names it: with its schema or without. */
export function tableFinder(names: Iterable<string>) {
  const there = new Set(names);
  return ({ schema, table }: { schema?: string; table: string }): string | undefined => {
    const candidates = schema === undefined ? schemas.map((one) => `${one}.${table}`) : [`${schema}.${table}`];
    return candidates.find((name) => there.has(name));
  };
}
