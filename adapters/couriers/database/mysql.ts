import { connect as openSocket, type Socket } from 'node:net';
import { type Connection, createConnection, type FieldPacket, type QueryError, type TypeCastField } from 'mysql2';
import { InvalidInput } from '../../../core/errors.ts';
import { LATE_MINUTES } from '../late.ts';
import { BATCH_ROWS, type Bounds, type Database, type DatabaseEngine } from './engine.ts';
import type { Extract } from './settings.ts';

/** Answers of a server that stops, has no room, or ended the connection itself. */
const passing = [
  'ER_SERVER_SHUTDOWN',
  'ER_CON_COUNT_ERROR',
  'ER_CONNECTION_KILLED',
  'ER_NORMAL_SHUTDOWN',
  'ER_TOO_MANY_USER_CONNECTIONS',
];

/** Types of an incremental column, and what a value of them is read as. */
const casts: Readonly<Record<string, string>> = {
  ...Object.fromEntries(['TINY', 'SHORT', 'INT24', 'LONG', 'LONGLONG'].map((type) => [type, 'DECIMAL(65,0)'])),
  NEWDECIMAL: 'DECIMAL(65,30)',
  DATE: 'DATE',
  DATETIME: 'DATETIME(6)',
  TIMESTAMP: 'DATETIME(6)',
};
const times = ['DATETIME', 'TIMESTAMP'];
const timely = ['DATE', ...times];

export const mysql: DatabaseEngine = {
  port: 3306,
  async connect({ host, port, database, user, tls, ca }, password, signal) {
    const ssl = tls === 'verify' && {
      ssl: { rejectUnauthorized: true, verifyIdentity: true, ...(ca !== undefined && { ca }) },
    };
    const where = { host, port, database, user, password, charset: 'utf8mb4', connectTimeout: 20_000 };
    const socket = openSocket({ host, port });
    const client = createConnection({ ...where, ...ssl, enableKeepAlive: true, stream: () => socket });
    // Told to whoever waits for an answer.
    client.on('error', () => undefined);
    const end = () => void socket.destroy();
    signal.addEventListener('abort', end, { once: true });
    const opened = new MysqlDatabase(client, socket, () => signal.removeEventListener('abort', end));
    await new Promise<void>((done, failed) => client.connect((cause) => (cause ? failed(cause) : done())));
    await opened.begin();
    return opened;
  },
  isRefusal: (cause) => (cause as QueryError).errno !== undefined && isAnswer(cause as QueryError),
};

const isAnswer = ({ sqlState, code }: QueryError & { sqlState?: string }): boolean =>
  sqlState !== undefined && !passing.includes(code);

class MysqlDatabase implements Database {
  readonly #client: Connection;
  readonly #socket: Socket;
  readonly #ended: () => void;
  version = '';

  constructor(client: Connection, socket: Socket, ended: () => void) {
    this.#client = client;
    this.#socket = socket;
    this.#ended = ended;
  }

  async begin(): Promise<void> {
    await this.#all("SET SESSION time_zone = '+00:00'");
    await this.#all('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await this.#all('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    const [row] = await this.#all('SELECT version() AS version');
    const version = JSON.parse(row?.version ?? '""');
    this.version = /mariadb/i.test(version) ? version : `MySQL ${version}`;
  }

  async highest(extract: Extract, column: string): Promise<{ value: string | null; type: string }> {
    let type = '';
    const note = (field: TypeCastField) => {
      type = field.type;
      return field.string();
    };
    const [row] = await this.#all(`SELECT MAX(r.${ident(column)}) AS value FROM ${sourceOf(extract)} AS r`, [], note);
    if (casts[type] !== undefined) return { value: await this.#untilNow(row?.value ?? null, type), type };
    const known = Object.keys(casts).join(', ');
    throw new InvalidInput(`incremental ${column} is of the type ${type}: expected one of ${known}`);
  }

  /** A value of a type, or the present time where that is earlier. */
  async #untilNow(value: string | null, type: string): Promise<string | null> {
    if (value === null || !timely.includes(type)) return value;
    const sql = `SELECT CAST(LEAST(CAST(? AS DATETIME(6)), NOW(6)) AS ${casts[type]}) AS value`;
    const [row] = await this.#all(sql, [value], (field) => field.string());
    return row?.value ?? value;
  }

  /** The server sends rows one after the other, and waits while none is taken. */
  async *lines(extract: Extract, bounds: Bounds | undefined): AsyncGenerator<string> {
    const { where, values } = conditionOf(bounds);
    const sql = `SELECT r.* FROM ${sourceOf(extract)} AS r${where}`;
    const binary = new Set<string>();
    const typeCast = (field: TypeCastField) => jsonOf(field, binary.has(field.name));
    const query = this.#client.query({ sql, values, typeCast });
    query.on('fields', (fields: FieldPacket[]) => {
      for (const { name, characterSet } of fields) if (characterSet === BINARY) binary.add(name);
    });
    const rows = query.stream({ highWaterMark: BATCH_ROWS });
    // The driver leaves a stream open whose connection is gone.
    const lost = () => void rows.destroy(new Error('the server closed the connection'));
    this.#socket.once('close', lost);
    try {
      let lines: string[] = [];
      for await (const row of rows as AsyncIterable<Record<string, string>>) {
        const fields = Object.entries(row).map(([name, value]) => `${JSON.stringify(name)}:${value}`);
        lines.push(`{${fields.join(',')}}\n`);
        if (lines.length < BATCH_ROWS) continue;
        yield lines.join('');
        lines = [];
      }
      if (lines.length > 0) yield lines.join('');
    } finally {
      this.#socket.off('close', lost);
    }
  }

  async close(): Promise<void> {
    this.#ended();
    this.#socket.destroy();
  }

  #all(
    sql: string,
    values: string[] = [],
    typeCast: (field: TypeCastField) => string | null = (field) => jsonOf(field),
  ): Promise<Record<string, string | null>[]> {
    return new Promise((found, failed) => {
      this.#client.query({ sql, values, typeCast }, (cause, rows) =>
        cause ? failed(cause) : found(Array.isArray(rows) ? (rows as Record<string, string | null>[]) : []),
      );
    });
  }
}

/** The character set of bytes that are no text. */
const BINARY = 63;

const numbers = ['TINY', 'SHORT', 'INT24', 'LONG', 'LONGLONG', 'NEWDECIMAL', 'DECIMAL', 'FLOAT', 'DOUBLE', 'YEAR'];

/** A value as JSON that keeps its type. */
function jsonOf(field: TypeCastField, isBytes = false): string {
  if (field.type === 'BIT') return bitsOf(field.buffer());
  if (isBytes && /BLOB|STRING|GEOMETRY/.test(field.type)) {
    const bytes = field.buffer();
    return bytes === null ? 'null' : JSON.stringify(`\\x${bytes.toString('hex')}`);
  }
  const value = field.string('utf-8');
  if (value === null) return 'null';
  if (numbers.includes(field.type)) return value.replace(/^(-?)0+(?=\d)/, '$1');
  if (field.type === 'JSON') return value.replace(/[\r\n]+/g, ' ');
  if (field.type === 'TIMESTAMP') return JSON.stringify(`${value.replace(' ', 'T')}Z`);
  return JSON.stringify(field.type === 'DATETIME' ? value.replace(' ', 'T') : value);
}

const bitsOf = (bytes: Buffer | null): string =>
  bytes === null ? 'null' : BigInt(`0x${bytes.toString('hex') || 0}`).toString();

const ident = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const sourceOf = ({ table, query }: Extract): string =>
  table === undefined ? `(${query}\n)` : table.split('.').map(ident).join('.');

function conditionOf(bounds: Bounds | undefined): { where: string; values: string[] } {
  if (!bounds || (bounds.from === undefined && bounds.before === undefined)) return { where: '', values: [] };
  const { column, type, from, before } = bounds;
  const cast = casts[type];
  if (cast === undefined) throw new InvalidInput(`${type} is no type that rows are read on by`);
  const name = `r.${ident(column)}`;
  // What is later than a period needn't be waited for.
  const late = times.includes(type) && before === undefined ? ` - INTERVAL ${LATE_MINUTES} MINUTE` : '';
  const conditions = [
    ...(from === undefined ? [] : [`${name} >= CAST(? AS ${cast})${late}`]),
    ...(before === undefined ? [] : [`${name} < CAST(? AS ${cast})`]),
  ];
  const values = [from, before].filter((value) => value !== undefined);
  return { where: ` WHERE ${conditions.join(' AND ')} ORDER BY ${name}`, values };
}
