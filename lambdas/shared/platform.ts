import { mkdirSync } from 'node:fs';
import { S3Client } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { BucketArchive } from '../../adapters/inbox-archive/bucket.ts';
import type { EnvironmentAccess, Platform } from '../../api/platform.ts';
import type { Place } from '../../core/contracts/deployment.ts';
import { tenantGroup } from '../../core/contracts/policies.ts';
import { Forbidden, NotFound } from '../../core/errors.ts';
import type { Principal } from '../../core/policies/policy.ts';
import { policiesOf } from '../../core/policies/standard.ts';
import { openConnectionTests } from './connection-tests.ts';
import * as engines from './engines.ts';
import { log } from './log.ts';
import { openSecrets } from './secrets.ts';
import { openSftpSite } from './sftp-site.ts';
import { openStarts } from './starts.ts';
import { openStreams } from './streams.ts';
import * as tables from './tables.ts';
import type { ReadToken } from './tokens.ts';

const folder = '/tmp/api';

/** Every environment of a deployment. It may read and change one only in the role of that one. */
export class DeployedPlatform implements Platform {
  /** The gateway waits for half a minute, and a function answers with 6 MB. */
  readonly limits = { seconds: 27, bytes: 6_000_000 };
  readonly people: NonNullable<Platform['people']>;
  readonly #places: readonly Place[];
  readonly #readToken: ReadToken;
  readonly #opened = new Map<string, EnvironmentAccess>();

  constructor(places: readonly Place[], people: NonNullable<Platform['people']>, readToken: ReadToken) {
    this.#places = places;
    this.#readToken = readToken;
    this.people = people;
  }

  async principalOf(token: string): Promise<Principal | undefined> {
    const claims = await this.#readToken(token);
    if (claims?.sub === undefined) return undefined;
    const { sub, email, 'cognito:groups': groups } = claims;
    const member: readonly unknown[] = Array.isArray(groups) ? groups : [];
    const worksIn = (tenant: string) => member.includes(tenantGroup(tenant));
    return { id: sub, name: typeof email === 'string' ? email : sub, policies: policiesOf(member), worksIn };
  }

  async tenants(): Promise<string[]> {
    return [...new Set(this.#places.map(({ tenant }) => tenant))].sort();
  }

  createTenant(): Promise<void> {
    throw new Forbidden('tenants of a deployment are in its configuration: add one there, and deploy');
  }

  async environment(tenant: string, environment: string): Promise<EnvironmentAccess> {
    const place = this.#places.find((one) => one.tenant === tenant && one.environment === environment);
    if (!place) {
      const known = this.#places.map((one) => `${one.tenant}/${one.environment}`).join(', ');
      throw new NotFound(`no environment ${tenant}/${environment}: there is ${known || 'none yet'}`);
    }
    const key = `${tenant}/${environment}`;
    const opened = this.#opened.get(key) ?? this.#open(place);
    this.#opened.set(key, opened);
    return opened;
  }

  report(requestId: string, cause: unknown): void {
    log.error('request failed', { request_id: requestId, error: cause as Error });
  }

  #open(place: Place): EnvironmentAccess {
    const own = `${folder}/${place.tenant}-${place.environment}`;
    const [scratch, spill] = [`${own}/scratch`, `${own}/spill`];
    for (const one of [scratch, spill]) mkdirSync(one, { recursive: true });
    const credentials = fromTemporaryCredentials({ params: { RoleArn: place.role, RoleSessionName: 'serve-api' } });
    const opened = openStarts(place, { folder: own, credentials, tables, engines });
    return {
      ...opened,
      streams: openStreams(place, opened.objects, { credentials }),
      secrets: openSecrets(place, { credentials }),
      testConnection: openConnectionTests(place, { credentials }),
      sftpSite: openSftpSite(place, opened.objects, { credentials }),
      archive: new BucketArchive({ client: new S3Client({ credentials }), bucket: place.bucket }),
      scratch,
    };
  }
}
