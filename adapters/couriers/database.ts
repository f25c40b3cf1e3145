import { z } from 'zod';
import type { CourierFile } from '../../core/contracts/sources.ts';
import { contentHash } from '../../core/environments/canonical.ts';
import { FileChanged, SourceRefused, SourceUnreachable, TributaryError } from '../../core/errors.ts';
import type { CourierSource, FetchedFile, Reading, SourceFile } from '../../core/feeds/port.ts';
import type { Bounds, Database } from './database/engine.ts';
import { mysql } from './database/mysql.ts';
import { postgresql } from './database/postgresql.ts';
import { DatabaseConnection, DatabaseSettings, type Extract } from './database/settings.ts';
import { type KeptBytes, keeping } from './kept-bytes.ts';
import { type CourierContext, type CourierKind, connectionOf, settingsOf, type UsedConnection } from './kind.ts';
import { persistently } from './persistently.ts';

const engines = { postgresql, mysql };

/** Rows of tables and queries of a PostgreSQL, MySQL or MariaDB, as NDJSON. */
export const database: CourierKind = {
  connection: {
    secrets(connection) {
      settingsOf(DatabaseConnection, connection);
      return ['password'];
    },
    test: (connection, context, signal) =>
      inDatabase({ connection, context, signal }, async ({ version }) => ({ server: version })),
  },
  open(courier, context, given) {
    const { extracts } = settingsOf(DatabaseSettings, courier);
    const connection = connectionOf(courier, given);
    settingsOf(DatabaseConnection, connection.document);
    return new DatabaseSource({ connection, context }, extracts);
  },
  named: (courier) =>
    settingsOf(DatabaseSettings, courier).extracts.map(({ name }, n) => ({
      name,
      path: `settings.extracts.${n}.name`,
      format: 'ndjson',
    })),
};

interface Reached {
  connection: UsedConnection;
  context: CourierContext;
}

/** Where the next reading of an extract begins. */
const Mark = z.object({ value: z.string(), type: z.string() });

class DatabaseSource implements CourierSource {
  readonly #reached: Reached;
  readonly #extracts: readonly Extract[];

  constructor(reached: Reached, extracts: readonly Extract[]) {
    this.#reached = reached;
    this.#extracts = extracts;
  }

  /** Only reading tells what there is. */
  async list(_files: CourierFile[]): Promise<SourceFile[]> {
    const modified = new Date().toISOString();
    const { host, database } = settingsOf(DatabaseConnection, this.#reached.connection.document);
    return this.#extracts.map((extract) => ({
      name: extract.name,
      modified,
      of: contentHash({ host, database, extract }),
    }));
  }

  /**
   * A reading that broke off begins again: no database goes on in the middle of an answer. Of what is read on nothing new may have
   * come, whereas what is read whole and has no row is a file without rows.
   */
  async fetch(file: SourceFile, path: string, reading: Reading): Promise<FetchedFile | undefined> {
    const extract = this.#extracts.find(({ name }) => name === file.name);
    if (!extract) throw new FileChanged(`${file.name} is no extract any more`);
    const { signal } = reading;
    const { file: rows, told: mark } = await keeping({ name: file.name, path, signal }, (kept) =>
      persistently({ signal, hasCome: () => 0 }, async () => {
        await kept.beginAgain();
        return inDatabase({ ...this.#reached, signal }, (opened) => readRows(opened, extract, reading, kept));
      }),
    );
    return rows.bytes === 0 && extract.incremental !== undefined
      ? undefined
      : { ...rows, ...(mark && { mark: JSON.stringify(mark) }) };
  }
}

/** Reads an extract's rows, and gives the mark of the next reading; none of a period, which is read beside it. */
async function readRows(
  database: Database,
  extract: Extract,
  reading: Reading,
  kept: KeptBytes,
): Promise<z.infer<typeof Mark> | undefined> {
  const { incremental: column } = extract;
  const highest = column === undefined ? undefined : await database.highest(extract, column);
  const bounds = column !== undefined && highest ? boundsOf(column, highest.type, reading) : undefined;
  for await (const lines of database.lines(extract, bounds)) await kept.add(Buffer.from(lines));
  if (!highest || highest.value === null || bounds?.before !== undefined) return undefined;
  return { value: highest.value, type: highest.type };
}

const isTime = (type: string): boolean => /^(date|timestamp)/i.test(type);

/** From where on rows are read; undefined: all of them, which is what a period is of rows that have no times. */
function boundsOf(column: string, type: string, { since, period }: Reading): Bounds | undefined {
  if (period?.from) {
    return isTime(type) ? { column, type, from: period.from, ...(period.to && { before: period.to }) } : undefined;
  }
  if (since === undefined) return undefined;
  const mark = Mark.parse(JSON.parse(since));
  return { column, type: mark.type, from: mark.value };
}

/** Works in one snapshot of a database, and speaks of what goes wrong in our words. */
async function inDatabase<T>(
  { connection, context, signal }: Reached & { signal: AbortSignal },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(DatabaseConnection, connection.document);
  const { engine: name, host, database, user } = settings;
  const engine = engines[name];
  const { port = engine.port } = settings;
  const password = await connection.secret('password');
  await context.network.check(host);
  signal.throwIfAborted();
  let opened: Database | undefined;
  try {
    opened = await engine.connect({ ...settings, port }, password, signal);
    return await work(opened);
  } catch (cause) {
    if (cause instanceof TributaryError || signal.aborted) throw cause;
    const { message, code } = cause as Error & { code?: string };
    const where = `${connection.document.id}: ${user}@${host} port ${port}, database ${database}`;
    if (engine.isRefusal(cause as Error)) throw new SourceRefused(`${where}: ${message}`, { cause });
    throw new SourceUnreachable(`${where} can't be reached: ${message || code}`, { cause });
  } finally {
    await opened?.close();
  }
}
