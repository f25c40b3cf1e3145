import { z } from 'zod';
import { Instant } from './names.ts';

/** A user of the SFTP site. Transfer lets nobody in whose name is shorter than three letters, or `root`. */
export const SftpUserName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{2,62}$/, 'expected 3 to 63 lower-case letters, digits, dots, underscores and hyphens')
  .refine((name) => name !== 'root', 'expected another name than root, which the site lets nobody in by');

/** Folder of the inbox that is all a user sees, such as `shop/daily`; `/` is the whole inbox. */
export const SftpFolder = z
  .string()
  .regex(
    /^(\/|[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*)$/,
    'expected a folder of the inbox such as shop/daily, or / for the whole inbox',
  )
  .max(200);

const PATH_BYTES = 800;
const NAME_BYTES = 255;
const bytesOf = (text: string): number => new TextEncoder().encode(text).length;
const isName = (name: string): boolean => !['', '.', '..'].includes(name) && bytesOf(name) <= NAME_BYTES;

/** Path of a file in a user's folder, such as `people/2026-11-27.csv`: with it and the inbox before it, S3 takes no longer one. */
export const SftpFilePath = z
  .string()
  .refine(
    (path) => path.split('/').every(isName) && !/[\\\p{Cc}\p{Cs}]/u.test(path) && bytesOf(path) <= PATH_BYTES,
    `expected the path of a file in the user's folder such as people/2026-11-27.csv, without .., backslashes and control characters, of ${PATH_BYTES} bytes at most, ${NAME_BYTES} a name`,
  );

/** A query's result that was put into a user's folder. */
export const SftpDelivery = z.object({
  user: SftpUserName,
  /** As the user sees it. */
  path: z.string(),
  bytes: z.number().int(),
  /** Left out when they weren't counted. */
  rows: z.number().int().optional(),
});
export type SftpDelivery = z.infer<typeof SftpDelivery>;

/** A public key that opens the site. */
export const SftpPublicKey = z.object({
  /** As `ssh-keygen -l` tells it: `SHA256:` and base64. */
  fingerprint: z.string(),
  /** The line of an `authorized_keys` file, without its comment. */
  key: z.string(),
  comment: z.string(),
  added_at: Instant,
});
export type SftpPublicKey = z.infer<typeof SftpPublicKey>;

/** All of a user but the password, of which a hash is kept among the secrets. */
export const SftpUser = z.object({
  name: SftpUserName,
  folder: SftpFolder,
  public_keys: z.array(SftpPublicKey),
  /** Null for a user without a password. */
  password_set_at: Instant.nullable(),
  created_at: Instant,
});
export type SftpUser = z.infer<typeof SftpUser>;

/** A key that the site shows to clients so that they know it. */
export const SftpHostKey = z.object({
  id: z.string(),
  /** `ssh-ed25519`, `ssh-rsa`, … */
  type: z.string(),
  fingerprint: z.string(),
  imported_at: Instant,
  /** Clients see the oldest key of each type. */
  active: z.boolean(),
});
export type SftpHostKey = z.infer<typeof SftpHostKey>;

/** Where the site is, and what it is known by. */
export const SftpEndpoint = z.object({
  host: z.string(),
  port: z.number().int(),
  host_keys: z.array(SftpHostKey),
});
export type SftpEndpoint = z.infer<typeof SftpEndpoint>;

/** Days after which a file of the inbox is archived, in each home. */
export const ARCHIVED_AFTER_DAYS = 30;

/** A file of the inbox that is archived. */
export const ArchivedFile = z.object({
  /** Its path in the inbox, such as `shop/orders.csv`. */
  path: z.string(),
  bytes: z.number().int(),
  modified: Instant,
});
export type ArchivedFile = z.infer<typeof ArchivedFile>;
