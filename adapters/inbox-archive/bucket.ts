import { paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import { inboxPrefix } from '../../core/contracts/deployment.ts';
import type { ArchivedFile } from '../../core/contracts/sftp.ts';
import { Conflict } from '../../core/errors.ts';
import type { InboxArchive } from '../../core/ports.ts';
import { copyObject } from '../objects/s3-copy.ts';
import { insideInbox, notArchived } from './inside-inbox.ts';

interface BucketArchiveOptions {
  client: S3Client;
  bucket: string;
}

/** The storage class that the bucket's life cycle moves the inbox to: an object stays under its key, and is read at once. */
const archived = 'GLACIER_IR';

/** Objects of the inbox that the bucket's life cycle has archived. */
export class BucketArchive implements InboxArchive {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor({ client, bucket }: BucketArchiveOptions) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async *list(path: string, after?: string): AsyncGenerator<ArchivedFile> {
    for await (const { etag: _, ...file } of this.#objects(insideInbox(path), after)) yield file;
  }

  async restore(path: string): Promise<ArchivedFile> {
    const inside = insideInbox(path);
    for await (const { etag, ...file } of this.#objects(inside)) {
      if (file.path !== inside) continue;
      const key = inboxPrefix + inside;
      await copyObject(this.#client, { bucket: this.#bucket, from: key, to: key, bytes: file.bytes, etag }).catch(
        (cause) => {
          if (cause.$metadata?.httpStatusCode !== 412) throw cause;
          throw new Conflict(`another file took the name ${inside} just now: it is in the inbox`, { cause });
        },
      );
      return file;
    }
    throw notArchived(path);
  }

  async *#objects(inside: string, after?: string): AsyncGenerator<ArchivedFile & { etag: string | undefined }> {
    const request = {
      Bucket: this.#bucket,
      Prefix: inboxPrefix + inside,
      ...(after !== undefined && { StartAfter: inboxPrefix + after }),
    };
    for await (const { Contents = [] } of paginateListObjectsV2({ client: this.#client }, request)) {
      for (const { Key = '', Size = 0, LastModified = new Date(0), ETag: etag, StorageClass } of Contents) {
        const path = Key.slice(inboxPrefix.length);
        const isBelow = inside === '' || path === inside || path.startsWith(`${inside}/`);
        if (StorageClass === archived && isBelow)
          yield { path, bytes: Size, modified: LastModified.toISOString(), etag };
      }
    }
  }
}
