import type { PersonJoin, PersonMatch, PersonStory } from '../core/contracts/person.ts';
import { bold, dim } from './colours.ts';
import { count, counted } from './figures.ts';
import { holdingTogether } from './joins.ts';
import { tableText } from './table-text.ts';

const joinsShown = 8;
const ordersShown = 5;
const within = 100;

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

function heading({ amp_id, merged_from, profile, household, created_at }: PersonStory): string {
  const who = nameOf(profile ?? {});
  const facts = [
    ...told.map((column) => profile?.[column]).filter((value) => value !== undefined && value !== null),
    ...(household && household.size > 1 ? [`household of ${household.size}`] : []),
  ];
  const known = created_at === null ? '' : `, known since ${created_at.slice(0, 10)}`;
  const alias = merged_from === null ? '' : `${merged_from} was merged into this person:\n\n`;
  return `${alias}${bold(who || 'A person without a name')}  ${dim(amp_id + known)}\n${facts.join(' · ')}`;
}

function records(story: PersonStory): string {
  const rows = numbered(story).map(({ number, source, record }) => [
    number,
    source,
    record.pk,
    nameOf(record),
    record.email,
    record.phone,
    [record.address, record.city].filter(Boolean).join(', '),
  ]);
  const where = `${counted(story.records_total, 'record')} in ${counted(story.sources.length, 'source')}`;
  const heads = ['#', 'source', 'key', 'name', 'email', 'phone', 'address'];
  return `${bold(where)}\n${tableText(heads, rows, { within })}`;
}

/** Not every pair that matched: the strongest that are enough to hold the records together. */
function joins(story: PersonStory): string {
  const { joins: pairs } = story;
  if (pairs.length === 0) return '';
  const numbers = new Map(numbered(story).map(({ source, record, number }) => [`${source} ${record.pk}`, number]));
  const row = ({ source1, pk1, source2, pk2, score, alike, unlike }: PersonJoin) => [
    `${numbers.get(`${source1} ${pk1}`)} and ${numbers.get(`${source2} ${pk2}`)}`,
    score.toFixed(2),
    named(alike),
    named(unlike),
  ];
  const holding = holdingTogether(pairs);
  const rows = holding.slice(0, joinsShown).map(row);
  const table = tableText(['records', 'score', 'alike in', 'unlike in'], rows, { within });
  const all = dim(`${counted(pairs.length, 'pair')} matched, on a scale from 0 to 5`);
  return `${bold('Why they are one person')}  ${all}\n${table}${more(holding.length, joinsShown)}`;
}

const named = (fields: readonly string[]) => fields.join(', ').replaceAll('_', ' ');

/** The records with the number that a reader knows each by. */
function numbered({ sources }: PersonStory): { number: number; source: string; record: Record<string, unknown> }[] {
  return sources
    .flatMap(({ datasource, records: ofSource }) => ofSource.map((record) => ({ source: datasource, record })))
    .map((one, at) => ({ number: at + 1, ...one }));
}

function orders({ orders: latest, orders_total }: PersonStory): string {
  if (orders_total === 0) return '';
  const columns = ['order_datetime', 'order_id', 'purchase_channel', 'order_quantity', 'order_revenue', 'currency'];
  const present = columns.filter((column) => latest.some((order) => order[column] !== undefined));
  const rows = latest.slice(0, ordersShown).map((order) => present.map((column) => shortened(order[column])));
  return `${bold(counted(orders_total, 'order'))}\n${tableText(present, rows, { within })}${more(orders_total, ordersShown)}`;
}

/** A record may have the whole name, or its parts. */
const nameOf = (row: Record<string, unknown>): string =>
  [row.given_name, row.surname].filter(Boolean).join(' ') || String(row.full_name ?? '');

/** A moment to the minute, an amount to the cent when it has no more. */
function shortened(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (/^\d{4}-\d\d-\d\d[T ]/.test(value)) return value.slice(0, 16).replace('T', ' ');
  return value.replace(/^(-?\d+\.\d\d)0+$/, '$1');
}

const more = (all: number, shown: number) => (all > shown ? dim(`\n… and ${count(all - shown)} more`) : '');
