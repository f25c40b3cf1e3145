import { Socket } from 'node:net';
import pg from 'pg';
import Cursor from 'pg-cursor';
import { InvalidInput } from '../../../core/errors.ts';
import { LATE_MINUTES } from '../late.ts';
import { BATCH_ROWS, type Bounds, type Database, type DatabaseEngine } from './engine.ts';
import type { Extract } from './settings.ts';

/** SQLSTATEs that pass: connections that end or are too many, a server that stops or starts, a snapshot that was given up. */
const passing = /^(08|57P|53|40)/;

const times = ['timestamp with time zone', 'timestamp without time zone'];
const timely = ['date', ...times];
const types = ['smallint', 'integer', 'bigint', 'numeric', ...timely];

export const postgresql: DatabaseEngine = {
  port: 5432,
  async connect({ host, port, database, user, tls, ca }, password, signal) {
    const ssl = tls === 'verify' && { rejectUnauthorized: true, ...(ca !== undefined && { ca }) };
    const where = { host, port, database, user, password, ssl };
    const socket = new Socket();
    const client = new pg.Client({
      ...where,
      keepAlive: true,
      connectionTimeoutMillis: 20_000,
      application_name: 'tributary',
      stream: () => socket,
    });
    // Told to whoever waits for an answer.
    client.on('error', () => undefined);
    const end = () => void socket.destroy();
    signal.addEventListener('abort', end, { once: true });
    await client.connect();
    await client.query("SET TIME ZONE 'UTC'");
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    const close = async () => {
      signal.removeEventListener('abort', end);
      await client.end().catch(() => undefined);
    };
    return new PostgresDatabase(client, `PostgreSQL ${rows[0]?.server_version}`, close);
  },
  isRefusal: (cause) => /^[0-9A-Z]{5}$/.test(codeOf(cause)) && !passing.test(codeOf(cause)),
};

const codeOf = (cause: Error): string => String((cause as { code?: string }).code ?? '');

class PostgresDatabase implements Database {
  readonly #client: pg.Client;
  readonly version: string;
  readonly close: () => Promise<void>;

  constructor(client: pg.Client, version: string, close: () => Promise<void>) {
    this.#client = client;
    this.version = version;
    this.close = close;
  }

  async highest(extract: Extract, column: string): Promise<{ value: string | null; type: string }> {
    const top = `max(r.${ident(column)})`;
    const sql = `SELECT ${top}::text AS value, pg_typeof(${top})::text AS type FROM ${sourceOf(extract)} AS r`;
    const { rows } = await this.#client.query<{ value: string | null; type: string }>(sql);
    const [found] = rows;
    if (found && types.includes(found.type)) return { ...found, value: await this.#untilNow(found) };
    throw new InvalidInput(`incremental ${column} is of the type ${found?.type}: expected one of ${types.join(', ')}`);
  }

  /** A value of a type, or the present time where that is earlier. */
  async #untilNow({ value, type }: { value: string | null; type: string }): Promise<string | null> {
    if (value === null || !timely.includes(type)) return value;
    const sql = `SELECT least($1::${type}, now()::${type})::text AS value`;
    const { rows } = await this.#client.query<{ value: string }>(sql, [value]);
    return rows[0]?.value ?? value;
  }

  /** The server itself writes the JSON, which keeps every type: numbers whole, times with their zone, arrays and documents. */
  async *lines(extract: Extract, bounds: Bounds | undefined): AsyncGenerator<string> {
    const { where, values } = conditionOf(bounds);
    const sql = `SELECT row_to_json(r)::text FROM ${sourceOf(extract)} AS r${where}`;
    const cursor = this.#client.query(new Cursor<[string]>(sql, values, { rowMode: 'array' }));
    for (;;) {
      const rows = await cursor.read(BATCH_ROWS);
      if (rows.length === 0) return;
      // A document within keeps its own line breaks, which JSON has between values alone.
      yield rows.map(([row]) => `${row.replace(/[\r\n]+/g, ' ')}\n`).join('');
    }
  }
}

const ident = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const sourceOf = ({ table, query }: Extract): string =>
  table === undefined ? `(${query}\n)` : table.split('.').map(ident).join('.');

function conditionOf(bounds: Bounds | undefined): { where: string; values: string[] } {
  if (!bounds || (bounds.from === undefined && bounds.before === undefined)) return { where: '', values: [] };
  const { column, type, from, before } = bounds;
  if (!types.includes(type)) throw new InvalidInput(`${type} is no type that rows are read on by`);
  const name = `r.${ident(column)}`;
  const values: string[] = [];
  const given = (value: string) => `$${values.push(value)}::${type}`;
  // What is later than a period needn't be waited for.
  const late = times.includes(type) && before === undefined ? ` - interval '${LATE_MINUTES} minutes'` : '';
  const conditions = [
    ...(from === undefined ? [] : [`${name} >= ${given(from)}${late}`]),
    ...(before === undefined ? [] : [`${name} < ${given(before)}`]),
  ];
  return { where: ` WHERE ${conditions.join(' AND ')} ORDER BY ${name}`, values };
}
