import type { PersonJoin, PersonMatch, PersonStory } from '../core/contracts/person.ts';
import { bold, dim } from './colours.ts';
import { count, counted } from './figures.ts';
import { tableText } from './table-text.ts';

const joinsShown = 6;
const ordersShown = 5;

/** What of a record tells a reader who it is about. */
const told = ['email', 'phone', 'address', 'city', 'birthdate'];

/** Everything about one person, for reading: records by source, why they are one person, orders. */
export function personText(story: PersonStory): string {
  const parts = [heading(story), records(story), joins(story), orders(story)];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** People that a search found. */
export function matchesText(people: readonly PersonMatch[]): string {
  const rows = people.map(({ amp_id, given_name, surname, email, phone, records }) => [
    amp_id,
    [given_name, surname].filter(Boolean).join(' '),
    email,
    phone,
    records,
  ]);
  return tableText(['amp_id', 'name', 'email', 'phone', 'records'], rows);
}

function heading({ amp_id, profile, household, created_at }: PersonStory): string {
  const who = nameOf(profile ?? {});
  const facts = [
    ...told.map((column) => profile?.[column]).filter((value) => value !== undefined && value !== null),
    ...(household && household.size > 1 ? [`household of ${household.size}`] : []),
  ];
  const known = created_at === null ? '' : `, known since ${created_at.slice(0, 10)}`;
  return `${bold(who || 'A person without a name')}  ${dim(amp_id + known)}\n${facts.join(' · ')}`;
}

function records({ sources, records_total }: PersonStory): string {
  const rows = sources.flatMap(({ datasource, records }) =>
    records.map((record) => [datasource, record.pk, nameOf(record), ...told.map((column) => record[column])]),
  );
  const where = `${counted(records_total, 'record')} in ${counted(sources.length, 'source')}`;
  return `${bold(where)}\n${tableText(['source', 'key', 'name', ...told], brief(rows))}`;
}

function joins({ joins }: PersonStory): string {
  if (joins.length === 0) return '';
  const rows = joins
    .slice(0, joinsShown)
    .map((join) => [`${join.source1} ${join.pk1}`, `${join.source2} ${join.pk2}`, join.score.toFixed(2), why(join)]);
  return `${bold('Why they are one person')}\n${tableText(['record', 'and record', 'score', 'because'], rows)}${more(joins.length, joinsShown)}`;
}

const why = ({ match_category, match_type, evidence }: PersonJoin): string =>
  [match_category, match_type, typeof evidence === 'string' ? evidence : undefined].filter(Boolean).join(', ');

function orders({ orders, orders_total, attributes }: PersonStory): string {
  if (orders_total === 0) return '';
  const revenue = attributes?.lifetime_order_revenue;
  const worth = revenue === undefined ? '' : `, ${Number(revenue).toFixed(2)} in all`;
  const columns = ['order_datetime', 'order_id', 'purchase_channel', 'order_quantity', 'order_revenue', 'currency'];
  const present = columns.filter((column) => orders.some((order) => order[column] !== undefined));
  const rows = orders.slice(0, ordersShown).map((order) => present.map((column) => moment(order[column])));
  return `${bold(`${counted(orders_total, 'order')}${worth}`)}\n${tableText(present, rows)}${more(orders_total, ordersShown)}`;
}

/** A record may have the whole name, or its parts. */
const nameOf = (row: Record<string, unknown>): string =>
  [row.given_name, row.surname].filter(Boolean).join(' ') || String(row.full_name ?? '');

/** Long values are cut further when a record has many, so that a line stays on a screen. */
const brief = (rows: readonly unknown[][]): unknown[][] =>
  rows.map((row) =>
    row.map((value) => (typeof value === 'string' && value.length > 24 ? `${value.slice(0, 23)}…` : value)),
  );

const moment = (value: unknown): unknown =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]/.test(value) ? value.slice(0, 16).replace('T', ' ') : value;

const more = (all: number, shown: number) => (all > shown ? dim(`\n… and ${count(all - shown)} more`) : '');
