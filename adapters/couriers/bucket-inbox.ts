import { createHash } from 'node:crypto';
import { DeleteObjectCommand, paginateListObjectsV2, type S3Client, type S3ServiceException } from '@aws-sdk/client-s3';
import { FileChanged, InvalidInput, OutOfTime } from '../../core/errors.ts';
import type { CourierSource, FetchedFile, SourceFile } from '../../core/feeds/port.ts';
import type { ObjectStore } from '../../core/ports.ts';
import { closedFilesPrefix } from '../../core/streams/closing.ts';
import { type CopySizes, copyObject } from '../objects/s3-copy.ts';
import { bytesOf } from '../objects/s3-read.ts';
import { inboxPrefixOf } from './inbox-folder.ts';
import type { CourierContext } from './kind.ts';

interface Inbox {
  client: S3Client;
  bucket: string;
  /** Bytes from which a file is landed in parts, and of a part. @default what S3 allows */
  sizes?: CopySizes;
}

/**
 * The inbox in the bucket of the environment's objects, which the SFTP site puts files in; a folder of it is a prefix of keys.
 * A file is read for its hash alone, and landed by S3 itself, so that its size asks for neither memory nor disk.
 */
export const bucketInbox =
  (inbox: Inbox): CourierContext['openFolder'] =>
  (path, courier) =>
    bucketFolder(inbox, prefixOf(path, courier));

/** The closed files of streams, in the same bucket. */
export const bucketStreams =
  (inbox: Inbox): CourierContext['openStream'] =>
  (stream) => {
    const prefix = closedFilesPrefix(stream);
    const discard = async ({ name }: SourceFile) => {
      await inbox.client.send(new DeleteObjectCommand({ Bucket: inbox.bucket, Key: prefix + name }));
    };
    return { ...bucketFolder(inbox, prefix), discard };
  };

const bucketFolder = (inbox: Inbox, prefix: string): CourierSource => ({
  list: () => listPrefix(inbox, prefix),
  fetch: (file, _path, { signal }) => fetchObject(inbox, prefix, file, signal),
});

function prefixOf(path: string, courier: string): string {
  const prefix = inboxPrefixOf(path);
  if (prefix !== undefined) return prefix;
  throw new InvalidInput(
    `${courier} settings: path ${JSON.stringify(path)} leads out of the inbox: expected a folder inside of it, such as "crm"`,
  );
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
  { client, bucket, sizes }: Inbox,
  prefix: string,
  file: SourceFile,
  signal: AbortSignal,
): Promise<FetchedFile> {
  if (file.name.split('/').includes('..')) {
    throw new InvalidInput(
      `${JSON.stringify(file.name)} leads out of the courier's folder: expected a file inside of it`,
    );
  }
  const from = prefix + file.name;
  const { bytes = 0, etag } = file;
  const state = { bucket, bytes, etag };
  const land = (_: ObjectStore, key: string) =>
    copyObject(client, { ...state, from, to: key }, sizes).catch((cause) => {
      throw asFileChanged(cause, file);
    });
  return {
    bytes,
    sha256: await hashOf(bytesOf(client, { ...state, key: from }, signal), file, signal),
    land,
  };
}

async function hashOf(chunks: AsyncIterable<Uint8Array>, file: SourceFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  try {
    for await (const chunk of chunks) {
      hash.update(chunk);
      read += chunk.length;
    }
    return hash.digest('hex');
  } catch (cause) {
    // Nothing but its time ends a function's step.
    throw signal.aborted ? outOfTime(file, read, cause) : asFileChanged(cause, file);
  }
}

const outOfTime = ({ name, bytes }: SourceFile, read: number, cause: unknown) =>
  new OutOfTime(`${name} has ${bytes} bytes, and ${read} of them were read when the time of the function was up`, {
    cause,
    data: { file: name, bytes, read },
  });

/** What S3 says of an object that is another than was listed, or gone. */
function asFileChanged(cause: unknown, { name, bytes }: SourceFile): unknown {
  const { name: code, $metadata } = cause as S3ServiceException;
  const about = { cause, data: { file: name } };
  if (code === 'NoSuchKey')
    return new FileChanged(`${name} is no longer in the folder: it is looked for again in the next run`, about);
  if ($metadata?.httpStatusCode !== 412) return cause;
  return new FileChanged(
    `${name} changed after it was listed with ${bytes} bytes: it is read again once it stays as it is`,
    about,
  );
}
