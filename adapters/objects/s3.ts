import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Conflict, InternalError, NotFound } from '../../core/errors.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { asDiskFull } from './filesystem.ts';
import { keyPath } from './key-path.ts';
import { type CopySizes, copyObject } from './s3-copy.ts';

type Condition = { ifMatch: string } | { ifNoneMatch: '*' };

/** Objects that are brought to this machine at once. */
const ARRIVALS = 8;

/** Objects of one S3 bucket. A folder of this machine holds those that an engine reads as files. */
export class S3Objects implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #folder: string;
  /** Etags of the objects that the folder holds. */
  readonly #located = new Map<string, string>();
  /** One arrival a key at a time, so that many readers of an object bring it once. */
  readonly #arriving = new Map<string, Promise<unknown>>();

  constructor({ client, bucket, folder }: { client: S3Client; bucket: string; folder: string }) {
    this.#client = client;
    this.#bucket = bucket;
    this.#folder = folder;
  }

  uri(key: string): string {
    return `s3://${this.#bucket}/${key}`;
  }

  async get(key: string): Promise<{ body: Uint8Array; etag: string } | undefined> {
    try {
      const { Body, ETag } = await this.#client.send(new GetObjectCommand(this.#object(key)));
      return { body: (await Body?.transformToByteArray()) ?? new Uint8Array(), etag: etagGiven(key, ETag) };
    } catch (cause) {
      if (isAbsent(cause)) return undefined;
      throw cause;
    }
  }

  async put(key: string, body: Uint8Array | string, condition?: Condition): Promise<string> {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    const ifMatch = condition && 'ifMatch' in condition ? { IfMatch: condition.ifMatch } : {};
    const ifNoneMatch = condition && 'ifNoneMatch' in condition ? { IfNoneMatch: condition.ifNoneMatch } : {};
    try {
      const request = { ...this.#object(key), Body: bytes, ...ifMatch, ...ifNoneMatch };
      return etagGiven(key, (await this.#client.send(new PutObjectCommand(request))).ETag);
    } catch (cause) {
      const written = condition && (await this.#writtenBefore(key, bytes, cause));
      if (written !== undefined) return written;
      throw condition ? asConflict(cause, key, condition) : cause;
    }
  }

  async list(prefix: string): Promise<{ key: string; bytes: number }[]> {
    const found: { key: string; bytes: number }[] = [];
    const pages = paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix: prefix });
    for await (const { Contents = [] } of pages) {
      for (const { Key = '', Size = 0 } of Contents) found.push({ key: Key, bytes: Size });
    }
    return found;
  }

  async folders(below: string): Promise<string[]> {
    const request = { Bucket: this.#bucket, Prefix: below, Delimiter: '/' };
    const found: string[] = [];
    for await (const { CommonPrefixes = [] } of paginateListObjectsV2({ client: this.#client }, request)) {
      for (const { Prefix = '' } of CommonPrefixes) found.push(Prefix.slice(below.length, -1));
    }
    return found;
  }

  async delete(key: string): Promise<void> {
    await this.#client.send(new DeleteObjectCommand(this.#object(key)));
    await rm(keyPath(this.#folder, key), { force: true });
  }

  async locate(key: string): Promise<string> {
    const before = this.#arriving.get(key) ?? Promise.resolve();
    const arrival = before.then(
      () => this.#bring(key),
      () => this.#bring(key),
    );
    this.#arriving.set(key, arrival);
    try {
      return await arrival;
    } finally {
      if (this.#arriving.get(key) === arrival) this.#arriving.delete(key);
    }
  }

  async locateAll(folder: string): Promise<string> {
    const keys = (await this.list(`${folder}/`)).map(({ key }) => key);
    if (keys.length === 0) throw new NotFound(`no object ${folder}`);
    const next = keys.values();
    const bringRest = async () => {
      for (const key of next) await this.locate(key);
    };
    await Promise.all(Array.from({ length: ARRIVALS }, bringRest));
    return keyPath(this.#folder, folder);
  }

  /** The file goes once S3 has all of it: what is adopted is mostly read by others, and this disk is small. */
  async adopt(path: string, key: string): Promise<void> {
    const params = { ...this.#object(key), Body: createReadStream(path) };
    await new Upload({ client: this.#client, params }).done();
    await rm(path);
    this.#located.delete(key);
  }

  /** `NotFound` when there is none. */
  async describe(key: string): Promise<{ bytes: number; etag: string | undefined }> {
    try {
      const { ContentLength: bytes = 0, ETag: etag } = await this.#client.send(
        new HeadObjectCommand(this.#object(key)),
      );
      return { bytes, etag };
    } catch (cause) {
      throw isAbsent(cause) ? new NotFound(`no object ${key}`, { cause }) : cause;
    }
  }

  async has(key: string): Promise<boolean> {
    return this.describe(key).then(
      () => true,
      (cause) => {
        if (cause instanceof NotFound) return false;
        throw cause;
      },
    );
  }

  /** The bytes of an object in order, none of them kept. */
  async *read(key: string): AsyncGenerator<Uint8Array> {
    const { Body } = await this.#client.send(new GetObjectCommand(this.#object(key)));
    yield* Body as Readable;
  }

  /** Copies an object within the bucket, none of it by way of this machine. */
  async copy(from: string, to: string, sizes?: CopySizes): Promise<void> {
    const { bytes, etag } = await this.describe(from);
    try {
      await copyObject(this.#client, { bucket: this.#bucket, from, to, bytes, etag }, sizes);
    } catch (cause) {
      throw isAbsent(cause) ? new NotFound(`no object ${from}`, { cause }) : cause;
    }
  }

  /** An address where anybody may fetch an object for so many seconds, as a file of that name. */
  link(key: string, { name, seconds }: { name: string; seconds: number }): Promise<string> {
    const asFile = { ResponseContentDisposition: `attachment; filename="${name}"` };
    return getSignedUrl(this.#client, new GetObjectCommand({ ...this.#object(key), ...asFile }), {
      expiresIn: seconds,
    });
  }

  #object(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: key };
  }

  /** Brings an object unless the folder has it as it is now. */
  async #bring(key: string): Promise<string> {
    const path = keyPath(this.#folder, key);
    const held = (await isThere(path)) ? this.#located.get(key) : undefined;
    try {
      const request = { ...this.#object(key), ...(held !== undefined && { IfNoneMatch: held }) };
      const { Body, ETag } = await this.#client.send(new GetObjectCommand(request));
      await writeWhole(Body as Readable, path);
      this.#located.set(key, etagGiven(key, ETag));
    } catch (cause) {
      if (isAbsent(cause)) throw new NotFound(`no object ${key}`, { cause });
      if (statusOf(cause) !== 304) throw asDiskFull(cause);
    }
    return path;
  }

  /**
   * The etag of a conditional write whose answer was lost: the client sent it again, and it then met itself. A write that was
   * sent once has met another.
   */
  async #writtenBefore(key: string, bytes: Uint8Array, cause: unknown): Promise<string | undefined> {
    if (statusOf(cause) !== 412 || ((cause as S3ServiceException).$metadata.attempts ?? 1) < 2) return undefined;
    const found = await this.get(key);
    return found && Buffer.from(bytes).equals(found.body) ? found.etag : undefined;
  }
}

/** Writes aside first, so that a reader never sees half of a file. */
async function writeWhole(body: Readable, path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  try {
    // Opened before it is written: a stream that fails while it still opens its file would make one after it is removed.
    const file = await open(aside, 'wx');
    await pipeline(body, file.createWriteStream());
    await rename(aside, path);
  } catch (cause) {
    await rm(aside, { force: true });
    throw cause;
  }
}

const isThere = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  );

const statusOf = (cause: unknown) => (cause as Partial<S3ServiceException>).$metadata?.httpStatusCode;

const isAbsent = (cause: unknown) => ['NoSuchKey', 'NotFound'].includes((cause as Error).name);

function asConflict(cause: unknown, key: string, condition: Condition): unknown {
  const isLost = [412, 409].includes(statusOf(cause) ?? 0) || ('ifMatch' in condition && isAbsent(cause));
  if (!isLost) return cause;
  const message = 'ifMatch' in condition ? 'was changed meanwhile: read it again' : 'is there already';
  return new Conflict(`${key} ${message}`, { cause, data: { key } });
}

function etagGiven(key: string, etag: string | undefined): string {
  if (etag === undefined) throw new InternalError(`S3 gave no etag for ${key}`);
  return etag;
}
