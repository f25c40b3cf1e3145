import { addAbortSignal, type Readable } from 'node:stream';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** One state of an object in S3. */
export interface ObjectState {
  bucket: string;
  key: string;
  bytes: number;
  etag: string | undefined;
}

/** Connections that may break one after the other before a byte has come. */
const VAIN_CONNECTIONS = 4;

/**
 * The bytes of an object in order, none of them kept. A connection that breaks is made again from where it was; an object
 * that is no longer in that state is refused with 412.
 */
export async function* bytesOf(client: S3Client, of: ObjectState, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const object = { Bucket: of.bucket, Key: of.key, IfMatch: of.etag };
  for (let at = 0, vain = 0; at < of.bytes; ) {
    const request = new GetObjectCommand({ ...object, Range: `bytes=${at}-` });
    const { Body } = await client.send(request, { abortSignal: signal });
    try {
      for await (const chunk of addAbortSignal(signal, Body as Readable)) {
        yield chunk;
        at += chunk.length;
        vain = 0;
      }
    } catch (cause) {
      vain += 1;
      if (signal.aborted || at >= of.bytes || vain > VAIN_CONNECTIONS) throw cause;
    }
  }
}
