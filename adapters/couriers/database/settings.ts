import { z } from 'zod';
import { HostName } from '../address.ts';

/** How a database is reached and signed in to, by the secret `password`. */
export const DatabaseConnection = z.strictObject({
  engine: z.enum(['postgresql', 'mysql']),
  host: HostName,
  /** Left out: 5432 or 3306. */
  port: z.number().int().min(1).max(65_535).optional(),
  database: z.string().min(1),
  user: z.string().min(1),
  /** `off` only where nobody between reads along. */
  tls: z.enum(['verify', 'off']).default('verify'),
  /** Certificates (PEM) that the server's is proven by, where it is no public one. */
  ca: z.string().optional(),
});
export type DatabaseConnection = z.infer<typeof DatabaseConnection>;

const Extract = z
  .strictObject({
    /** What the file is called that comes of it, which the courier's files name by their patterns. */
    name: z.string().min(1),
    /** `orders`, or with its schema `shop.orders`. */
    table: z.string().min(1).optional(),
    /** A SELECT of the database's own SQL. */
    query: z.string().min(1).optional(),
    /** A column that grows with each change, a number or a time: rows below the highest one read are not read again. */
    incremental: z.string().min(1).optional(),
  })
  .refine(({ table, query }) => (table === undefined) !== (query === undefined), 'expected either table or query');
export type Extract = z.infer<typeof Extract>;

export const DatabaseSettings = z.strictObject({ extracts: z.array(Extract).min(1) });
