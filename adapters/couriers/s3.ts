import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { z } from 'zod';
import type { CourierFile } from '../../core/contracts/sources.ts';
import { FileChanged, SourceRefused, SourceUnreachable, TributaryError } from '../../core/errors.ts';
import { filePattern } from '../../core/feeds/file-pattern.ts';
import type { CourierSource, SourceFile } from '../../core/feeds/port.ts';
import { download } from './download.ts';
import { type CourierContext, type CourierKind, connectionOf, settingsOf, type UsedConnection } from './kind.ts';
import { KEY_SECRET, S3Connection, s3Client } from './s3/client.ts';

/** `prefix`: what the keys begin with that names are told from. */
const Settings = z.strictObject({ prefix: z.string().default('') });

/** Files of a bucket, of AWS or of anything that speaks as S3 does. */
export const s3: CourierKind = {
  connection: {
    secrets: (connection) => (settingsOf(S3Connection, connection).access_key_id === undefined ? [] : [KEY_SECRET]),
    async test(connection, context, signal) {
      const bucket = new Bucket(connection, context);
      await bucket.ask((client, Bucket) =>
        client.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }), { abortSignal: signal }),
      );
      return { bucket: settingsOf(S3Connection, connection.document).bucket };
    },
  },
  open(courier, context, given) {
    const { prefix } = settingsOf(Settings, courier);
    const connection = connectionOf(courier, given);
    settingsOf(S3Connection, connection.document);
    return new S3Source(new Bucket(connection, context), prefix);
  },
};

class S3Source implements CourierSource {
  readonly #bucket: Bucket;
  readonly #prefix: string;

  constructor(bucket: Bucket, prefix: string) {
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async list(files: CourierFile[], signal: AbortSignal): Promise<SourceFile[]> {
    const starts = new Set(files.map(({ pattern }) => this.#prefix + filePattern(pattern).start));
    const found = new Map<string, SourceFile>();
    for (const Prefix of starts) {
      for (const file of await this.#bucket.ask((client, Bucket) => listed(client, { Bucket, Prefix }, signal))) {
        const name = file.name.slice(this.#prefix.length);
        // A key that ends so stands for a folder that somebody made.
        if (!name.endsWith('/')) found.set(name, { ...file, name });
      }
    }
    return [...found.values()];
  }

  async fetch(file: SourceFile, path: string, { signal }: { signal: AbortSignal }) {
    const { name, bytes: size = 0, etag: IfMatch } = file;
    const open = async (from: number, until: AbortSignal) => {
      if (from >= size) return { from, bytes: nothing() };
      const { Body } = await this.#bucket.ask((client, Bucket) => {
        const wanted = { Bucket, Key: this.#prefix + name, IfMatch, Range: `bytes=${from}-` };
        return client.send(new GetObjectCommand(wanted), { abortSignal: until });
      }, file);
      return { from, bytes: unbroken(addAbortSignal(until, Body as Readable), name, size - from) };
    };
    return download({ name, path, signal, open });
  }

  close(): Promise<void> {
    return this.#bucket.close();
  }
}

async function listed(client: S3Client, of: { Bucket: string; Prefix: string }, signal: AbortSignal) {
  const files: SourceFile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, of, { abortSignal: signal })) {
    for (const { Key: name = '', Size: bytes = 0, LastModified = new Date(0), ETag: etag } of Contents)
      files.push({ name, bytes, modified: LastModified.toISOString(), ...(etag !== undefined && { etag }) });
  }
  return files;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

async function* unbroken(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  expected: number,
): AsyncGenerator<Uint8Array> {
  let left = expected;
  try {
    for await (const chunk of chunks) {
      left -= chunk.length;
      yield chunk;
    }
  } catch (cause) {
    throw new SourceUnreachable(`${name}: the connection broke with ${left} bytes to come`, { cause });
  }
  if (left > 0) throw new SourceUnreachable(`${name}: the connection ended with ${left} bytes to come`);
}

/** The bucket of a connection, whose refusals are told in our words. */
class Bucket {
  readonly #connection: UsedConnection;
  readonly #context: CourierContext;
  #client: Promise<S3Client> | undefined;

  constructor(connection: UsedConnection, context: CourierContext) {
    this.#connection = connection;
    this.#context = context;
  }

  async ask<T>(ask: (client: S3Client, bucket: string) => Promise<T>, file?: SourceFile): Promise<T> {
    this.#client ??= s3Client(this.#connection, this.#context);
    try {
      return await ask(await this.#client, settingsOf(S3Connection, this.#connection.document).bucket);
    } catch (cause) {
      throw cause instanceof TributaryError ? cause : this.#inOurWords(cause as S3Error, file);
    }
  }

  async close(): Promise<void> {
    (await this.#client?.catch(() => undefined))?.destroy();
  }

  #inOurWords(cause: S3Error, file: SourceFile | undefined): Error {
    const { id, settings } = this.#connection.document;
    const status = cause.$metadata?.httpStatusCode;
    if (file && (status === 412 || cause.name === 'NoSuchKey')) {
      const what =
        status === 412 ? `changed after it was listed with ${file.bytes} bytes` : 'is no longer in the bucket';
      return new FileChanged(`${file.name} ${what}: it is looked at again later`, { cause, data: { file: file.name } });
    }
    const where = `${id}: bucket ${settings.bucket}${settings.endpoint ? ` at ${settings.endpoint}` : ''}`;
    const said = `${cause.code ?? cause.name}${status === undefined ? '' : ` (${status})`}`;
    // SDK's errors of credentials have no status: a role that does not let us take it on.
    const isRefused = status !== undefined && status >= 300 && status < 500 && status !== 408 && status !== 429;
    if (isRefused || cause.name === 'CredentialsProviderError') {
      return new SourceRefused(`${where} does not let us in: ${said}; look at the bucket, the key and the role`, {
        cause,
      });
    }
    return new SourceUnreachable(`${where} can't be reached: ${said}`, { cause });
  }
}

type S3Error = Error & { code?: string; $metadata?: { httpStatusCode?: number } };
