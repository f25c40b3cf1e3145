import { z } from 'zod';

/** A column, table or API field. */
export const SnakeName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'expected snake_case: lower-case letters, digits and underscores, starting with a letter')
  .max(63);

/** The part of an id after its prefix, a tag, or a tenant. */
export const KebabName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'expected kebab-case: lower-case letters, digits and hyphens')
  .max(63);

/** A stable prefixed id such as `courier/acme-web`. */
export const documentId = <Kind extends string>(kind: Kind) =>
  z
    .templateLiteral([kind, '/', z.string()])
    .refine(
      (id) => /^[a-z0-9-]+\/[a-z0-9][a-z0-9-]*$/.test(id),
      `expected an id such as ${kind}/my-name in kebab-case`,
    );

/** ISO 8601 instant in UTC. */
export const Instant = z.iso.datetime();

/** A calendar date, `2026-11-23`. */
export const CalendarDate = z.iso.date();

/** Content hash, lower-case hex. */
export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
