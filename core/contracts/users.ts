import { z } from 'zod';
import { Instant } from './names.ts';
import { policyIds } from './policies.ts';

/** Where somebody is mailed, and what they sign in by. Letters of either case are one address. */
export const EmailAddress = z
  .email({
    error: ({ input }) => `${JSON.stringify(input)} is no e-mail address: expected one such as ada@example.com`,
  })
  .max(128)
  .toLowerCase();

/** What somebody may do, and in which tenants: their policies hold in each of these, and nowhere else. */
export const Holding = z.object({ policies: z.array(z.enum(policyIds)), tenants: z.array(z.string()) });
export type Holding = z.infer<typeof Holding>;

/** Somebody who may sign in to a deployment, as an administrator sees them. */
export const UserAccount = Holding.extend({
  /** Lasts as long as they do. */
  id: z.string(),
  email: z.string(),
  /** Whether they work in tenants, too, that are not the administrator's and are not told. */
  works_elsewhere: z.boolean(),
  /** Who signs in by the company's directory holds what their groups there stand for. */
  signs_in_by: z.enum(['password', 'directory']),
  /** `invited` until they have chosen a password, `reset` until they have chosen another. */
  state: z.enum(['invited', 'active', 'reset', 'disabled']),
  created_at: Instant,
});
export type UserAccount = z.infer<typeof UserAccount>;

/** The company's directory, told to the functions that look at people's groups there. */
export const CompanyDirectory = z.object({
  /** What the user pool calls it. */
  name: z.string(),
  /** What the members of its groups hold, by the group's name; any other group stands for nothing. */
  groups: z.record(z.string(), Holding),
});
export type CompanyDirectory = z.infer<typeof CompanyDirectory>;

/** Attribute of the user pool that keeps somebody's groups in the company's directory, as of their last sign-in. */
export const directoryGroupsAttribute = 'custom:groups';
