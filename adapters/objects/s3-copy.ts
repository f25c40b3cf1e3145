import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  type S3Client,
  UploadPartCopyCommand,
} from '@aws-sdk/client-s3';

export interface ObjectCopy {
  bucket: string;
  from: string;
  to: string;
}

/** The most that S3 copies in one request. */
const LARGEST_COPY = 5 * 1024 ** 3;
const PART_BYTES = 1024 ** 3;

/** Copies an object inside S3, whatever its size. */
export async function copyObject(client: S3Client, copy: ObjectCopy): Promise<void> {
  const { ContentLength: bytes = 0 } = await client.send(
    new HeadObjectCommand({ Bucket: copy.bucket, Key: copy.from }),
  );
  if (bytes > LARGEST_COPY) return copyInParts(client, copy, { bytes, partBytes: PART_BYTES });
  await client.send(new CopyObjectCommand({ Bucket: copy.bucket, Key: copy.to, CopySource: sourceOf(copy) }));
}

/** The copy is there at once, when its last part is, or not at all. */
export async function copyInParts(
  client: S3Client,
  copy: ObjectCopy,
  { bytes, partBytes }: { bytes: number; partBytes: number },
): Promise<void> {
  const target = { Bucket: copy.bucket, Key: copy.to };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(target));
  const copyPart = async (_: unknown, index: number) => {
    const [first, last] = [index * partBytes, Math.min((index + 1) * partBytes, bytes) - 1];
    const part = { UploadId, PartNumber: index + 1, CopySourceRange: `bytes=${first}-${last}` };
    const copied = await client.send(new UploadPartCopyCommand({ ...target, ...part, CopySource: sourceOf(copy) }));
    return { PartNumber: index + 1, ETag: copied.CopyPartResult?.ETag };
  };
  try {
    const Parts = await Promise.all(Array.from({ length: Math.ceil(bytes / partBytes) }, copyPart));
    await client.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (cause) {
    // What couldn't be copied is what is told, whether or not its parts can be removed.
    await Promise.allSettled([client.send(new AbortMultipartUploadCommand({ ...target, UploadId }))]);
    throw cause;
  }
}

const sourceOf = ({ bucket, from }: ObjectCopy) => [bucket, ...from.split('/')].map(encodeURIComponent).join('/');
