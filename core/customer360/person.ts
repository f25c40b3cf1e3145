import type { PersonJoin, PersonMatch, PersonStory } from '../contracts/person.ts';
import { InternalError, InvalidInput, NotFound } from '../errors.ts';
import type { PublishedReader } from '../queries/published-reader.ts';
import { ident, text } from '../sql/quote.ts';
import { compareRecords } from './alike.ts';

/** As many records, pairs or orders as a page shows. */
const shown = 200;

const records = 'customer360.unified_coalesced';
const merged = 'customer360.merged_customers';
const attributes = 'customer360.customer_attributes';
const orders = 'customer360.unified_transactions';
const households = 'customer360.merged_households';
const scores = 'customer360.unified_scores';

/** All that is published of one person; of an id that was merged, of the one that its records have now. */
export async function personStory(reader: PublishedReader, ampId: string): Promise<PersonStory> {
  const path = [ampId];
  for (;;) {
    const found = await storyOf(reader, path.at(-1) ?? ampId);
    if (!('merged_into' in found)) return { ...found, merged_from: path.length > 1 ? ampId : null };
    if (path.includes(found.merged_into)) throw new InternalError(`ids merged in a circle: ${path.join(', ')}`);
    path.push(found.merged_into);
  }
}

/** The story of an id that somebody has, or the one that it was merged into. */
async function storyOf(
  reader: PublishedReader,
  ampId: string,
): Promise<Omit<PersonStory, 'merged_from'> | { merged_into: string }> {
  const [ledger, own, bought, [profile], [known], pairs, living] = await Promise.all([
    ledgerEntry(reader, ampId),
    ofPerson(reader, records, ampId, 'datasource, pk'),
    ofPerson(reader, orders, ampId, 'order_datetime DESC, order_id'),
    ofPerson(reader, merged, ampId, 'amp_id'),
    ofPerson(reader, attributes, ampId, 'amp_id'),
    ofPerson(reader, scores, ampId, 'score DESC, source1, pk1, source2, pk2'),
    household(reader, ampId),
  ]);
  if (own.length === 0) {
    if (typeof ledger?.merged_into === 'string') return { merged_into: ledger.merged_into };
    throw unknownPerson(ampId, ledger);
  }
  return {
    amp_id: ampId,
    profile: profile ? withoutProvenance(profile) : null,
    attributes: known ?? null,
    records_total: await countOf(reader, records, ampId, own),
    sources: bySource(own),
    joins: joins(pairs, own),
    orders_total: await countOf(reader, orders, ampId, bought),
    orders: bought,
    household: living,
    created_at: typeof ledger?.created_at === 'string' ? ledger.created_at : null,
  };
}

/** The first rows of a person in a table; none while it isn't published. */
async function ofPerson(reader: PublishedReader, table: string, ampId: string, order: string) {
  if (!reader.table(table)) return [];
  const sql = `SELECT t.* FROM ${table} t WHERE t.amp_id = ${text(ampId)} ORDER BY ${order}`;
  return reader.objects(`${table} of a person`, sql, shown);
}

/** How many rows of a person a table has, when `some` are its first. */
async function countOf(reader: PublishedReader, table: string, ampId: string, some: unknown[]): Promise<number> {
  if (some.length < shown) return some.length;
  const sql = `SELECT COUNT(*) FROM ${table} t WHERE t.amp_id = ${text(ampId)}`;
  return Number((await reader.rows(`number of ${table} of a person`, sql, 1))[0]?.[0] ?? 0);
}

function bySource(rows: Record<string, unknown>[]): PersonStory['sources'] {
  const sources = new Map<string, Record<string, unknown>[]>();
  for (const { datasource, amp_id, ...record } of rows) {
    const name = String(datasource);
    sources.set(name, [...(sources.get(name) ?? []), record]);
  }
  return [...sources].map(([datasource, ofSource]) => ({ datasource, records: ofSource }));
}

/** Columns that say where a group of merged fields is from are for the table's readers. */
const withoutProvenance = (profile: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(profile).filter(([column]) => !/_(pk|datasource|update_dt|priority|completion)$/.test(column)),
  );

function joins(rows: Record<string, unknown>[], own: Record<string, unknown>[]): PersonJoin[] {
  const record = new Map(own.map((one) => [`${one.datasource} ${one.pk}`, one]));
  return rows.map((row) => ({
    source1: String(row.source1),
    pk1: String(row.pk1),
    source2: String(row.source2),
    pk2: String(row.pk2),
    score: Number(row.score),
    match_category: textOf(row.match_category),
    match_type: textOf(row.match_type),
    ...compareRecords(record.get(`${row.source1} ${row.pk1}`) ?? {}, record.get(`${row.source2} ${row.pk2}`) ?? {}),
  }));
}

async function household(reader: PublishedReader, ampId: string): Promise<PersonStory['household']> {
  if (!reader.table(households)) return null;
  const sql = `SELECT h.household_id, h.amp_id FROM ${households} h
JOIN ${households} m ON m.household_id = h.household_id
WHERE m.amp_id = ${text(ampId)} ORDER BY h.amp_id`;
  const members = await reader.rows('household of a person', sql, shown);
  const [first] = members;
  if (!first) return null;
  return { household_id: String(first[0]), size: members.length, members: members.map((row) => String(row[1])) };
}

async function ledgerEntry(reader: PublishedReader, ampId: string): Promise<Record<string, unknown> | undefined> {
  if (!reader.table('stitch.id_ledger')) return undefined;
  const sql = `SELECT l.* FROM stitch.id_ledger l WHERE l.amp_id = ${text(ampId)}`;
  return (await reader.objects('history of an id', sql, 1))[0];
}

function unknownPerson(ampId: string, ledger: Record<string, unknown> | undefined): NotFound {
  if (ledger) return new NotFound(`person ${ampId} has no records any more`);
  return new NotFound(`no person ${JSON.stringify(ampId)}: look them up by email or phone`);
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

/** What people are looked up by; one of them is there. */
export interface PersonSearch {
  amp_id?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
}

/** The people any of whose records has the e-mail address or phone, compared in standard form; most records first. */
export async function findPersons(
  reader: PublishedReader,
  search: PersonSearch,
  limit: number,
): Promise<PersonMatch[]> {
  const entry = reader.table(records);
  if (!entry) throw new NotFound('nobody is known yet: run a courier group first');
  const columns = entry.columns.map((column) => column.name);
  const tests = [
    ...(search.amp_id === undefined ? [] : [`c.amp_id = ${text(search.amp_id)}`]),
    ...(search.email === undefined ? [] : [anyOf(columns, 'email', emailTest(search.email))]),
    ...(search.phone === undefined ? [] : [anyOf(columns, 'phone', phoneTest(search.phone))]),
  ];
  const profile = (column: string) => (reader.table(merged) ? `MIN(m.${ident(column)})` : 'CAST(NULL AS varchar)');
  const sql = `SELECT f.amp_id, ${['given_name', 'surname', 'email', 'phone'].map(profile).join(', ')}, COUNT(*) AS records
FROM (SELECT DISTINCT c.amp_id FROM ${records} c WHERE ${tests.join(' AND ')}) f
JOIN ${records} r ON r.amp_id = f.amp_id
${reader.table(merged) ? `LEFT JOIN ${merged} m ON m.amp_id = f.amp_id` : ''}
GROUP BY f.amp_id ORDER BY records DESC, f.amp_id`;
  const rows = await reader.rows('search of persons', sql, limit);
  return rows.map(([amp_id, given_name, surname, email, phone, count]) => ({
    amp_id: String(amp_id),
    given_name: textOf(given_name),
    surname: textOf(surname),
    email: textOf(email),
    phone: textOf(phone),
    records: Number(count),
  }));
}

/** A test of a column and of its ordinals (`email`, `email_1`); false where no source has one. */
function anyOf(columns: string[], base: string, test: (column: string) => string): string {
  const present = columns.filter((name) => name === base || name.startsWith(`${base}_`));
  return present.length === 0 ? 'FALSE' : `(${present.map((name) => test(`c.${ident(name)}`)).join(' OR ')})`;
}

/** Upper case and without `+tag`, as Stitch compares addresses; a column may hold several, joined by commas. */
function emailTest(email: string): (column: string) => string {
  if (!/[^@\s]@[^@\s]/.test(email)) {
    throw new InvalidInput(`${JSON.stringify(email)} is no e-mail address: expected one such as ada@example.com`);
  }
  const wanted = email
    .trim()
    .toUpperCase()
    .replace(/\+[^@]*@/, '@');
  return (column) =>
    `STRPOS(CONCAT(',', REGEXP_REPLACE(REPLACE(UPPER(${column}), ' ', ''), '\\+[^@,]*@', '@'), ','), ${text(`,${wanted},`)}) > 0`;
}

/** The last ten digits. */
function phoneTest(phone: string): (column: string) => string {
  const digits = phone.replace(/\D/g, '');
  if (digits.length < 7) {
    throw new InvalidInput(`${JSON.stringify(phone)} is no phone number: expected at least seven digits`);
  }
  const pattern = digits.length < 10 ? `(^|,)${digits}(,|$)` : `(^|,)[0-9]*${digits.slice(-10)}(,|$)`;
  return (column) => `REGEXP_LIKE(REGEXP_REPLACE(${column}, '[^0-9,]', ''), ${text(pattern)})`;
}
