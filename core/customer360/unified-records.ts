import { columnOfTag } from '../semantics/registry.ts';
import { ident, text } from '../sql/quote.ts';
import { badValueFlags } from './bad-value-flags.ts';
import { type ProfileColumn, stitchColumns, unifiedColumns } from './profile-columns.ts';
import { type Renewal, touchedRows } from './renewal.ts';
import { selectList, sortedByName, type TaggedTable, tagged, tagsOf, valueAs } from './tagged-tables.ts';

/** What Stitch says of every record, beside its AmpID; types as in `stitch.assignments`. */
export const stitchFindings = [
  'component_id',
  'is_supersized',
  'supersized_id',
  'rep_ds',
  'rep_pk',
  'has_blv',
  'blv_address',
  'blv_email',
  'blv_given_name',
  'blv_phone',
  'blv_surname',
] as const;

const stitched = (tables: readonly TaggedTable[]): TaggedTable[] =>
  sortedByName(tables.filter((table) => table.stitched));

/** The records that Stitch is given: datasource, pk and a column a tag (`StitchRequest` of core/ports.ts). `rows` may have a condition on `t` for a table. */
export function stitchRecordsSql(tables: readonly TaggedTable[], rows: Readonly<Record<string, string>> = {}): string {
  const columns = stitchColumns(stitched(tables));
  return stitched(tables)
    .map((table) => {
      const values = columns.map((column) => [column.name, valueAs(tagged(table, column.tag), column.type)] as const);
      const condition = rows[table.name];
      return `SELECT
${selectList([['datasource', text(table.name)], ['pk', 't."_pk"'], ...values])}
FROM domain.${ident(table.name)} t${condition === undefined ? '' : `\nWHERE ${condition}`}`;
    })
    .join('\nUNION ALL\n');
}

/** A record's value; a base tag beside its ordinals (`email`, `email-1`) gives all of them, joined by commas. */
function coalescedValue(table: TaggedTable, column: ProfileColumn): string {
  const ordinals = tagsOf(table).filter((tag) => tag.startsWith(`${column.tag}-`));
  if (column.base !== undefined || column.type !== 'String' || !takesOrdinals(column) || ordinals.length === 0) {
    return valueAs(tagged(table, column.tag), column.type);
  }
  const values = [column.tag, ...ordinals.sort()]
    .map((tag) => tagged(table, tag))
    .filter((found) => found !== undefined);
  return `NULLIF(CONCAT_WS(',', ${values.map((found) => valueAs(found, 'String')).join(', ')}), '')`;
}

const takesOrdinals = (column: ProfileColumn): boolean => column.tag === 'email' || column.tag === 'phone';

/** All records with their AmpIDs and what Stitch found; values as the sources gave them. `assigned`: Stitch's rows of them. */
export function unifiedCoalescedSql(tables: readonly TaggedTable[], assigned = 'stitch."assignments"'): string {
  const columns = unifiedColumns(stitched(tables));
  return stitched(tables)
    .map((table) => {
      const values = columns.map((column) => [column.name, coalescedValue(table, column)] as const);
      const findings = stitchFindings.map((name) => [name, `a.${ident(name)}`] as const);
      return `SELECT
${selectList([
  ['amp_id', 'a."amp_id"'],
  ['datasource', text(table.name)],
  ['pk', 'a."pk"'],
  ['ck', valueAs(tagged(table, 'ck'), 'String')],
  ...values,
  ...findings,
])}
FROM ${assigned} a
JOIN domain.${ident(table.name)} t ON t."_pk" = a."pk"
WHERE a."datasource" = ${text(table.name)}`;
    })
    .join('\nUNION ALL\n');
}

/** Records whose rows, or what Stitch says of them, have changed. */
export function unifiedCoalescedRenewal(tables: readonly TaggedTable[]): Renewal {
  const key = { datasource: 't.datasource', pk: 't.pk' };
  const changedRows = stitched(tables).map(
    ({ name }) =>
      [
        `domain.${name}`,
        (changed: string) => `SELECT ${text(name)} AS datasource, c."_pk" AS pk FROM ${changed} c`,
      ] as const,
  );
  return {
    keys: ['datasource', 'pk'],
    follows: {
      ...Object.fromEntries(changedRows),
      'stitch.assignments': (changed) => `SELECT c.datasource, c.pk FROM ${changed} c`,
    },
    rows: unifiedCoalescedSql(tables, touchedRows('unified_coalesced', 'stitch."assignments"', key, [])),
  };
}

/** The records of people: without supersized clusters and with bad values left out. */
export function unifiedCustomerSql(tables: readonly TaggedTable[]): string {
  const columns = unifiedColumns(stitched(tables)).map((column) => {
    const spoilt = badValueFlags[columnOfTag(column.base ?? column.tag)];
    const value = `c.${ident(column.name)}`;
    return [
      column.name,
      spoilt === undefined ? value : `CASE WHEN NOT COALESCE(c.${spoilt}, FALSE) THEN ${value} END`,
    ] as const;
  });
  return `SELECT
${selectList([...['amp_id', 'datasource', 'pk', 'ck'].map((name) => [name, `c.${ident(name)}`] as const), ...columns])}
FROM customer360.unified_coalesced c
WHERE NOT COALESCE(c.is_supersized, FALSE)`;
}
