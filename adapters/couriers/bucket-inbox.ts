import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  GetObjectCommand,
  type GetObjectCommandOutput,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import { inboxPrefix } from '../../core/contracts/deployment.ts';
import type { Courier } from '../../core/contracts/sources.ts';
import { FileChanged, InvalidInput } from '../../core/errors.ts';
import type { SourceFile } from '../../core/ports.ts';
import { asDiskFull } from '../objects/filesystem.ts';
import { folderPathOf } from './folder.ts';
import type { CourierContext } from './registry.ts';

interface Inbox {
  client: S3Client;
  bucket: string;
}

/** The inbox in a bucket, which the SFTP site puts files in; a folder of it is a prefix of keys. */
export const bucketInbox =
  (inbox: Inbox): CourierContext['openFolder'] =>
  (path, courier) => {
    const prefix = prefixOf(path, courier);
    return {
      list: () => listPrefix(inbox, prefix),
      fetch: (file, target, signal) => fetchObject(inbox, prefix, file, target, signal),
    };
  };

/** The prefix of a folder courier's files; undefined of what reads no folder of the inbox. */
export function inboxFolderOf(courier: Courier): string | undefined {
  const path = folderPathOf(courier);
  return path === undefined ? undefined : keyOf(path);
}

function prefixOf(path: string, courier: string): string {
  const prefix = keyOf(path);
  if (prefix !== undefined) return prefix;
  throw new InvalidInput(
    `${courier} settings: path ${JSON.stringify(path)} leads out of the inbox: expected a folder inside of it, such as "crm"`,
  );
}

function keyOf(path: string): string | undefined {
  const folder = posix.join(path, '/');
  if (posix.isAbsolute(path) || folder.startsWith('../')) return undefined;
  return inboxPrefix + (folder === './' ? '' : folder);
}

async function listPrefix({ client, bucket }: Inbox, prefix: string): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix })) {
    for (const { Key = '', Size = 0, LastModified = new Date(0), ETag: etag } of Contents) {
      // A key that ends so stands for a folder that somebody made.
      if (Key.endsWith('/')) continue;
      const modified = LastModified.toISOString();
      files.push({ name: Key.slice(prefix.length), bytes: Size, modified, ...(etag !== undefined && { etag }) });
    }
  }
  return files;
}

async function fetchObject(
  { client, bucket }: Inbox,
  prefix: string,
  file: SourceFile,
  path: string,
  signal: AbortSignal,
): Promise<{ bytes: number; sha256: string }> {
  if (file.name.split('/').includes('..')) {
    throw new InvalidInput(
      `${JSON.stringify(file.name)} leads out of the courier's folder: expected a file inside of it`,
    );
  }
  const request = new GetObjectCommand({ Bucket: bucket, Key: prefix + file.name });
  const found = await client.send(request, { abortSignal: signal }).catch((cause) => {
    if ((cause as Error).name !== 'NoSuchKey') throw cause;
    throw new FileChanged(`${file.name} is no longer in the folder: it is looked for again in the next run`, { cause });
  });
  const body = found.Body as Readable;
  try {
    refuseChanged(file, found);
    // One answer is one state of the object, whatever is put under its key meanwhile: what it begins with holds to its end.
    return { bytes: file.bytes, sha256: await save(body, path, signal) };
  } finally {
    body.destroy();
  }
}

function refuseChanged(file: SourceFile, { ContentLength, ETag }: GetObjectCommandOutput): void {
  if (ContentLength === file.bytes && ETag === file.etag) return;
  throw new FileChanged(
    `${file.name} changed after it was listed (${file.bytes} bytes before, ${ContentLength} after): it is read again once it stays as it is`,
    { data: { file: file.name } },
  );
}

/** Writes a file and gives its SHA-256. */
async function save(body: Readable, path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(body, hashed, createWriteStream(path), { signal }).catch((cause) => {
    throw asDiskFull(cause);
  });
  return hash.digest('hex');
}
