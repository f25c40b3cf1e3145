import { z } from 'zod';
import { Instant } from './names.ts';

/** A pair of keys of the tenant: senders encrypt for the public one, and the private one is kept among the secrets. */
export const PgpKey = z.object({
  /** 40 hexadecimal digits. */
  fingerprint: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** Who it is of, as senders see it. */
  name: z.string(),
  created_at: Instant,
  /** The armoured public key. */
  public_key: z.string(),
  /** The newest, which senders are to be given; files for older ones open until these are removed. */
  current: z.boolean(),
});
export type PgpKey = z.infer<typeof PgpKey>;
