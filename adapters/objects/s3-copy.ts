import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

/** One state of an object, and the key that its bytes are to be under too. */
export interface ObjectCopy {
  bucket: string;
  from: string;
  to: string;
  bytes: number;
  etag: string | undefined;
}

/** Bytes that are copied in one request at the most, and in each of the requests for what is larger. */
export interface CopySizes {
  whole: number;
  part: number;
}

const GIB = 1024 ** 3;
/** S3 copies no more in one request. */
const SIZES: CopySizes = { whole: 5 * GIB, part: GIB };
/** Parts that are copied at once. */
const COPIERS = 16;

/** Copies an object inside S3, whatever its size; the copy is in the standard storage class, and may replace the object. An object that is no longer in that state is refused with 412, and not copied. */
export async function copyObject(client: S3Client, copy: ObjectCopy, sizes: CopySizes = SIZES): Promise<void> {
  if (copy.bytes > sizes.whole) return copyInParts(client, copy, sizes.part);
  // Tags are the source's own, and take rights of their own to read.
  const command = { Bucket: copy.bucket, Key: copy.to, TaggingDirective: 'REPLACE', StorageClass: 'STANDARD' } as const;
  await client.send(new CopyObjectCommand({ ...command, ...stateOf(copy) }));
}

/** The copy is there at once, when its last part is, or not at all. */
async function copyInParts(client: S3Client, copy: ObjectCopy, partBytes: number): Promise<void> {
  const target = { Bucket: copy.bucket, Key: copy.to };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const Parts = Array.from({ length: Math.ceil(copy.bytes / partBytes) }, (_, index) => ({
    PartNumber: index + 1,
    ETag: undefined as string | undefined,
  }));
  const next = Parts.values();
  const copyRest = async () => {
    for (const part of next) {
      const { PartNumber } = part;
      const [first, end] = [(PartNumber - 1) * partBytes, Math.min(PartNumber * partBytes, copy.bytes)];
      const asked = { UploadId, PartNumber, CopySourceRange: `bytes=${first}-${end - 1}` };
      const copied = await client.send(new UploadPartCopyCommand({ ...target, ...stateOf(copy), ...asked }));
      part.ETag = copied.CopyPartResult?.ETag;
    }
  };
  try {
    await Promise.all(Array.from({ length: COPIERS }, copyRest));
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (cause) {
    // What couldn't be copied is what is told, whether or not its parts can be removed.
    await Promise.allSettled([client.send(new AbortMultipartUploadCommand({ ...target, UploadId }))]);
    throw cause;
  }
}

const stateOf = ({ bucket, from, etag }: ObjectCopy) => ({
  CopySource: [bucket, ...from.split('/')].map(encodeURIComponent).join('/'),
  CopySourceIfMatch: etag,
});
