import type { DatabaseTable } from '../../contracts/customer360.ts';
import { badValueFlags } from '../bad-value-flags.ts';

/** Fields that are taken from one record together, and how many of those that make it complete a record `r` lacks. */
interface MergeGroup {
  name: string;
  columns: string[];
  missing: string;
  /** The most that can be missing: the completion of a record that misses nothing. */
  complete: number;
  /** A merge policy may give sources a priority of their own for this group. */
  prioritised: boolean;
}

const empty = (column: string): string => `CASE WHEN r.${column} <> '' THEN 0 ELSE 1 END`;

const single = (name: string, type: 'text' | 'time', prioritised: boolean): MergeGroup => ({
  name,
  columns: [name],
  missing: type === 'text' ? empty(name) : `CASE WHEN r.${name} IS NOT NULL THEN 0 ELSE 1 END`,
  complete: 1,
  prioritised,
});

const groups: MergeGroup[] = [
  {
    name: 'name',
    columns: ['given_name', 'surname', 'full_name', 'generational_suffix', 'title'],
    missing: "CASE WHEN (r.given_name <> '' AND r.surname <> '') OR r.full_name <> '' THEN 0 ELSE 1 END",
    complete: 1,
    prioritised: true,
  },
  {
    name: 'address',
    columns: ['address', 'address2', 'city', 'state', 'postal', 'country'],
    missing: ['address', 'city', 'state', 'postal'].map(empty).join(' + '),
    complete: 4,
    prioritised: true,
  },
  single('email', 'text', true),
  single('phone', 'text', true),
  single('birthdate', 'time', true),
  single('gender', 'text', true),
  single('company', 'text', false),
  single('loyalty_id', 'text', false),
  single('create_dt', 'time', false),
  single('update_dt', 'time', false),
];

/** Bad values count as absent. */
function cleanColumn(column: string): string {
  // The first of several addresses of one record; the list is a convention of unified_coalesced.
  const value = column === 'email' || column === 'phone' ? `SPLIT_PART(c.${column}, ',', 1)` : `c.${column}`;
  const spoilt = badValueFlags[column];
  return spoilt === undefined
    ? `    ${value} AS ${column}`
    : `    CASE WHEN NOT COALESCE(c.${spoilt}, FALSE) THEN ${value} END AS ${column}`;
}

/**
 * A group's order of records as one number, smallest first: how incomplete, then the priority, then the place of the
 * record among those of its person. Each part has digits of its own.
 */
function keyOf(group: MergeGroup): string {
  const priority = group.prioritised ? `m.${group.name}_priority, m.priority` : 'm.priority';
  return `    (${group.missing}) * 100000000000000
      + COALESCE(${priority}, 999) * 1000000000 + r.place AS ${group.name}_key`;
}

/** What the table gives of a group beside its fields: the record that they are from. */
const origin = ['pk', 'datasource', 'update_dt'];

/** Columns of a group's winner, and as what the table gives them. */
const chosen = ({ name, columns }: MergeGroup): (readonly [column: string, as: string])[] => [
  ...columns.map((column) => [column, column] as const),
  ...origin.map((column) => [column, `${name}_${column}`] as const),
];

const wins = (row: string, { name }: MergeGroup): string => `${row}.${name}_key = ${row}.${name}_least`;

/** Digits of the winning key say why it won: `<group>_rank` is missing · 100000 + priority. */
function provenance({ name, complete }: MergeGroup): string {
  const steps = Array.from({ length: complete }, (_, n) => `WHEN r.${name}_rank < ${n + 1}00000 THEN ${complete - n}`);
  return [
    ...origin.map((column) => `  r.${name}_${column}`),
    `  r.${name}_rank % 100000 AS ${name}_priority`,
    `  CASE ${steps.join(' ')} ELSE 0 END AS ${name}_completion`,
  ].join(',\n');
}

/** The record that wins the first group wins most others too; only what it doesn't is gathered from others. */
const [base, ...others] = groups as [MergeGroup, ...MergeGroup[]];

const columns = groups.flatMap((group) => group.columns);

const sql = `-- Who a person is: for each group of fields the best record's, all fields of a group from that one record.
-- The best is the most complete; then that of the source with the smallest priority (customer360.merge_policy);
-- then the one updated last; then the smallest pk. Bad values count as absent.
WITH places AS (
  SELECT c.amp_id, c.datasource, c.pk,
    ROW_NUMBER() OVER (PARTITION BY c.amp_id ORDER BY c.update_dt DESC NULLS LAST, c.pk, c.datasource) AS place
  FROM customer360.unified_coalesced c
),
records AS (
  SELECT c.amp_id, c.datasource, c.pk, p.place,
${columns.map(cleanColumn).join(',\n')}
  FROM customer360.unified_coalesced c
  JOIN places p ON p.datasource = c.datasource AND p.pk = c.pk
),
keyed AS (
  SELECT r.*,
${groups.map(keyOf).join(',\n')}
  FROM records r
  LEFT JOIN customer360.merge_policy m ON m.datasource = r.datasource
),
least AS (
  SELECT
    k.amp_id,
${groups.map(({ name }) => `    MIN(k.${name}_key) AS ${name}_least`).join(',\n')}
  FROM keyed k
  GROUP BY k.amp_id
),
winners AS (
  SELECT k.*,
${groups.map(({ name }) => `    l.${name}_least`).join(',\n')}
  FROM keyed k
  JOIN least l ON l.amp_id = k.amp_id
  WHERE ${groups.map(({ name }) => `k.${name}_key = l.${name}_least`).join(' OR ')}
),
others AS (
  SELECT
    w.amp_id,
${others
  .flatMap((group) =>
    chosen(group).map(([column, as]) => `    MAX(CASE WHEN ${wins('w', group)} THEN w.${column} END) AS ${as}`),
  )
  .join(',\n')}
  FROM winners w
  WHERE NOT ${wins('w', base)}
  GROUP BY w.amp_id
),
picked AS (
  SELECT
    w.amp_id,
${chosen(base)
  .map(([column, as]) => `    w.${column} AS ${as}`)
  .join(',\n')},
${others
  .flatMap((group) =>
    chosen(group).map(([column, as]) => `    CASE WHEN ${wins('w', group)} THEN w.${column} ELSE o.${as} END AS ${as}`),
  )
  .join(',\n')},
${groups.map(({ name }) => `    w.${name}_least`).join(',\n')}
  FROM winners w
  LEFT JOIN others o ON o.amp_id = w.amp_id
  WHERE ${wins('w', base)}
),
ranked AS (
  SELECT p.*,
${groups.map(({ name }) => `    p.${name}_least / 1000000000 AS ${name}_rank`).join(',\n')}
  FROM picked p
)
SELECT
  r.amp_id,
${groups.map((group) => [...group.columns.map((column) => `  r.${column}`), provenance(group)].join(',\n')).join(',\n')}
FROM ranked r`;

export const mergedCustomers: DatabaseTable = {
  id: 'table/merged-customers',
  database: 'customer360',
  name: 'merged_customers',
  description: 'One row a person: the best name, address and contacts of their records, and which record each is from.',
  sql,
  incremental_by: 'amp_id',
  columns: {
    amp_id: { description: 'The person.', required: true, unique: true, pii: false },
  },
};
