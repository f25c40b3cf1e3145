import { stat } from 'node:fs/promises';
import { FileChanged, NotFound, QueryFailed, UnreadableFile } from '../../core/errors.ts';
import type { DuckDbSession } from '../sql/duckdb/session.ts';
import type { OpenFile, RawTable } from './formats/format.ts';
import { formatReader } from './formats/registry.ts';
import { INGEST_QUERY } from './ingest.ts';
import { asGuessed, asUtf8 } from './plain-bytes.ts';

/** A file whose rows can be asked for. */
export interface Opened {
  file: OpenFile;
  table: RawTable;
}

/** Decodes an unpacked file as far as it needs, and looks at its columns. */
export async function openFile(file: OpenFile): Promise<Opened> {
  const reader = formatReader(file.format.type);
  const declared = file.format.encoding ?? (await reader.declaredEncoding?.(file.path, file.name));
  const path = reader.text ? await asUtf8(file, declared) : file.path;
  return openPlain({ ...file, path });
}

const openPlain = (file: OpenFile): Promise<Opened> =>
  naming(file.name, async () => ({ file, table: await formatReader(file.format.type).open(file) }));

/**
 * Does some work on a file's rows. Where the engine refuses the file's shape, it is read again in the encoding that it turns
 * out to have, else without the records that can't be read.
 */
export async function reading<T>(
  opened: Opened,
  work: (table: RawTable, session: DuckDbSession) => Promise<T>,
): Promise<{ opened: Opened; result: T }> {
  const { file, table } = opened;
  try {
    return { opened, result: await work(table, file.session) };
  } catch (cause) {
    if (!isAboutShape(cause) || table.repair === undefined) throw explained(file.name, cause);
  }
  const decoded = await asGuessed(file);
  if (decoded !== undefined) return reading(await openPlain({ ...file, path: decoded }), work);
  const repaired = await table.repair();
  return {
    opened: { file, table: repaired },
    result: await naming(file.name, () => work(repaired, file.session)),
  };
}

/** Refuses a result when the file was replaced or grew while it was read. */
export async function unchanged<T>(path: string, name: string, work: () => Promise<T>): Promise<T> {
  const before = await stampOf(path, name);
  // What is read of a file that changes may well make no sense: that it changed is why.
  const done = await work().then(
    (result) => ({ result }),
    (cause: unknown) => ({ cause }),
  );
  if ((await stampOf(path, name)) !== before) {
    const options = 'cause' in done ? { cause: done.cause } : {};
    throw new FileChanged(
      `${name} changed while it was read: expected a finished file; it is read again later`,
      options,
    );
  }
  if ('cause' in done) throw done.cause;
  return done.result;
}

async function stampOf(path: string, name: string): Promise<string> {
  try {
    const { size, mtimeMs, ino } = await stat(path);
    return `${size} ${mtimeMs} ${ino}`;
  } catch (cause) {
    throw new NotFound(`${name} is not there to be read`, { cause });
  }
}

async function naming<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw explained(name, cause);
  }
}

/** True of an engine's refusal that the file's bytes are to blame for, not the SQL over it. */
function isAboutShape(cause: unknown): cause is QueryFailed {
  if (!(cause instanceof QueryFailed)) return false;
  const ofReader = /CSV Error|CSV Parser|CSV Reader|Malformed JSON|has duplicate key|maximum_object_size/;
  const ofFile =
    /Invalid Input Error|Invalid Error|expected records|CSV Reader|TProtocolException|Malformed|corrupt|Could not read enough bytes/i;
  return (cause.message.startsWith(INGEST_QUERY) ? ofReader : ofFile).test(cause.message);
}

/** An engine's refusal of a file as what is wrong with the file. */
function explained(name: string, cause: unknown): unknown {
  if (!isAboutShape(cause)) return cause;
  const said = cause.message
    .replace(/^.*?(Invalid Input Error|Invalid Error|IO Error): /s, '')
    .replace(/in file "[^"]*",? ?/g, '')
    .replace(/\b(file) (["'])[^"']*\2/gi, '$1')
    .split(/\n/)[0]
    ?.replace(/[.\s]+$/, '');
  return new UnreadableFile(`${name} can't be read: ${said}: expected a whole file of its format; send it again`, {
    cause,
  });
}
