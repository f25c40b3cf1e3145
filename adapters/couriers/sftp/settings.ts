import { z } from 'zod';
import { HostName } from '../address.ts';

/** A key of a host as `ssh-keygen -l` shows it. */
const Fingerprint = z
  .string()
  .regex(
    /^SHA256:[A-Za-z0-9+/]{43}$/,
    'expected a fingerprint such as SHA256:8NVivlbkx1Ug6RE6vSvVmwpEW+6cUIs4COAhgYngCbs',
  );

/** How an SFTP server is reached and signed in to. */
export const SftpConnection = z.strictObject({
  host: HostName,
  port: z.number().int().min(1).max(65_535).default(22),
  user: z.string().min(1),
  /** Keys that the host may be known by: the old one and the new while it changes them. Without one nothing is signed in to. */
  host_keys: z.array(Fingerprint).default([]),
  /** The secret that it is signed in with; a private key is without a passphrase. */
  sign_in: z.enum(['password', 'private_key']).default('password'),
});
export type SftpConnection = z.infer<typeof SftpConnection>;
