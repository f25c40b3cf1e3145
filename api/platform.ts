import type { ConnectionTest } from '../core/contracts/connections.ts';
import type { Connection } from '../core/contracts/sources.ts';
import type { CompanyDirectory } from '../core/contracts/users.ts';
import type { FileReader } from '../core/feeds/port.ts';
import type { Principal } from '../core/policies/policy.ts';
import type { InboxArchive, ObjectStore, Schedules, Secrets, SftpSite, Workflows } from '../core/ports.ts';
import type { Queries, Warehouse } from '../core/sql/port.ts';
import type { StreamIntake } from '../core/streams/port.ts';
import type { Users } from '../core/users/port.ts';
import type { AnswerLimits } from './limits.ts';

/** One environment of a tenant, as the API reaches it. */
export interface EnvironmentAccess {
  tenant: string;
  environment: string;
  objects: ObjectStore;
  warehouse: Warehouse;
  queries: Queries;
  files: FileReader;
  workflows: Workflows;
  secrets: Secrets;
  /** Signs in by a connection as its couriers do. */
  testConnection(connection: Connection): Promise<ConnectionTest>;
  /** Absent in a home that has none yet. */
  sftpSite?: SftpSite;
  /** Old files of the inbox. */
  archive: InboxArchive;
  schedules: Schedules;
  /** Where what is sent to streams goes. */
  streams: StreamIntake;
  clock(): Date;
  /** A folder of this machine for files on their way; the API removes what it writes there. */
  scratch: string;
}

/** A tenant to be made, in its common starting state. */
export interface TenantRequest {
  name: string;
  amp_iq: boolean;
  administrator_email?: string | undefined;
}

/** What each home of Tributary gives to the API. */
export interface Platform {
  /** Who may sign in, and the company's directory where they do so by it; absent in a home of one user. */
  readonly people?: { users: Users; directory?: CompanyDirectory | undefined };
  /** What callers can be given at most; undefined where there is no such bound. */
  readonly limits?: AnswerLimits;
  /** Whom a bearer token stands for; undefined when nobody. */
  principalOf(token: string): Promise<Principal | undefined>;
  /** Names, in ascending order. */
  tenants(): Promise<string[]>;
  /** `Conflict` when there is one of that name. */
  createTenant(request: TenantRequest, principal: string): Promise<void>;
  /** `NotFound` when there is no such tenant or environment. */
  environment(tenant: string, environment: string): Promise<EnvironmentAccess>;
  /** Notes a failure that callers are told nothing of but its request id. */
  report(requestId: string, cause: unknown): void;
}
