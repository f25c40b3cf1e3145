import { mkdir } from 'node:fs/promises';
import { testConnection } from '../../adapters/couriers/test-connection.ts';
import { createFileReader } from '../../adapters/files/reader.ts';
import { TimerSchedules } from '../../adapters/schedules/timers.ts';
import { createApi } from '../../api/app.ts';
import type { EnvironmentAccess, Platform } from '../../api/platform.ts';
import { NotFound } from '../../core/errors.ts';
import { policiesOf } from '../../core/policies/standard.ts';
import { TestTenant } from './tenant.ts';

export const token = 'a-token-of-the-test';
const tester = { id: 'tester', name: 'Tester', policies: policiesOf(['datagrid-administrator']), worksIn: () => true };

/** The API over one tenant of the test, called in this process. */
export class TestApi {
  readonly tenant: TestTenant;
  readonly app: ReturnType<typeof createApi>;
  /** What the log was told. */
  readonly reported: unknown[] = [];
  readonly schedules = new TimerSchedules(() => undefined);

  private constructor(tenant: TestTenant, platform: Partial<Platform>, also: Partial<EnvironmentAccess>) {
    this.tenant = tenant;
    this.app = createApi({ ...this.#platform(also), ...platform });
  }

  /** `platform` stands in for parts of the home, and `also` is what only some homes' environments have. */
  static async open(
    documents: unknown[],
    platform: Partial<Platform> = {},
    also: Partial<EnvironmentAccess> = {},
  ): Promise<TestApi> {
    return new TestApi(await TestTenant.open(documents), platform, also);
  }

  /** Calls a path under the tenant's environment. */
  call(method: string, path: string, body?: unknown): Promise<Response> {
    return this.request(method, `/api/v0/test/production${path}`, body);
  }

  async request(method: string, path: string, body?: unknown, type = 'application/json'): Promise<Response> {
    const sent = typeof body === 'string' ? body : JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': type }) };
    return this.app.request(path, { method, headers, ...(body !== undefined && { body: sent }) });
  }

  /** The body of a call that must go well. */
  async ok<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.call(method, path, body);
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${text}`);
    return JSON.parse(text) as T;
  }

  /** Status and message of a call that must be refused. */
  async refusal(method: string, path: string, body?: unknown): Promise<{ status: number; message: string }> {
    const response = await this.call(method, path, body);
    const { status, message } = (await response.json()) as { status: number; message: string };
    if (response.status !== status) throw new Error(`the body says ${status}, the response ${response.status}`);
    return { status, message };
  }

  close(): Promise<void> {
    return this.tenant.close();
  }

  #platform(also: Partial<EnvironmentAccess>): Platform {
    const { objects, secrets, couriers, warehouse, queries, workflows, streams, archive, folders } =
      this.tenant.environment;
    const files = createFileReader({ threads: 2, spillFolder: folders.spill });
    return {
      principalOf: async (given) => (given === token ? tester : undefined),
      tenants: async () => ['test'],
      createTenant: async () => undefined,
      report: (_id, cause) => this.reported.push(cause),
      environment: async (tenant, environment) => {
        if (tenant !== 'test' || environment !== 'production') throw new NotFound(`no environment ${environment}`);
        await mkdir(folders.scratch, { recursive: true });
        return {
          tenant,
          environment,
          objects,
          secrets,
          testConnection: (connection) => testConnection(connection, couriers),
          warehouse,
          queries,
          workflows,
          streams,
          archive,
          schedules: this.schedules,
          files,
          clock: () => new Date(),
          scratch: folders.scratch,
          ...also,
        };
      },
    };
  }
}
