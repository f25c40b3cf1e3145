import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { z } from 'zod';
import { SourceRefused } from '../../../core/errors.ts';
import { httpUrl } from '../address.ts';
import { type CourierContext, settingsOf, type UsedConnection } from '../kind.ts';

/** How a bucket is reached and signed in to: by a key, by a role that is taken on, or by a role that a key takes on. */
export const S3Connection = z
  .strictObject({
    bucket: z.string().min(1),
    region: z.string().min(1),
    /** Of a store that is not AWS's own. */
    endpoint: httpUrl('access_key_id says who asks, and a secret by what').optional(),
    /** The bucket is named in the path instead of the host. */
    path_style: z.boolean().default(false),
    /** Of the key whose other half is the secret `secret_access_key`. */
    access_key_id: z.string().min(1).optional(),
    /** ARN of a role that lets us in; without a key, in AWS, one of those that the environment's couriers may take on. */
    role: z
      .string()
      .regex(/^arn:[\w-]+:iam::\d{12}:role\/.+$/, 'expected a role such as arn:aws:iam::111122223333:role/tributary')
      .optional(),
    /** What the role's owner and we have agreed on, so that nobody else has us take it on. */
    external_id: z.string().min(2).max(1224).optional(),
  })
  .refine(
    ({ access_key_id, role }) => access_key_id !== undefined || role !== undefined,
    'expected access_key_id or role',
  );
export type S3Connection = z.infer<typeof S3Connection>;

export const KEY_SECRET = 'secret_access_key';

/** A client of a connection's bucket. What stands between names and addresses is the home's, also on a redirect. */
export async function s3Client(connection: UsedConnection, { network, roles }: CourierContext): Promise<S3Client> {
  const settings = settingsOf(S3Connection, connection.document);
  if (roles) refuseUnnamed(settings, connection.document.id, roles);
  const { endpoint, region, path_style } = settings;
  if (endpoint !== undefined) await network.check(new URL(endpoint).hostname);
  const { lookup } = network;
  return new S3Client({
    region,
    forcePathStyle: path_style,
    credentials: await credentialsOf(settings, connection),
    // Region and address are the connection's: whatever the machine's own files and variables say.
    ...(endpoint !== undefined && {
      endpoint,
      requestHandler: { httpAgent: new HttpAgent({ lookup }), httpsAgent: new HttpsAgent({ lookup }) },
    }),
  });
}

/** A role is taken on by this home itself where no key of the connection does that. */
function refuseUnnamed({ role, access_key_id }: S3Connection, id: string, roles: readonly string[]): void {
  if (role === undefined || access_key_id !== undefined || roles.includes(role)) return;
  throw new SourceRefused(
    `${id}: ${role} is no role that couriers of this environment may take on: there is ${roles.join(', ') || 'none'}; add it to couriers of the tenant in infra/config.ts, and deploy`,
  );
}

async function credentialsOf(
  { access_key_id, role, external_id, region }: S3Connection,
  connection: UsedConnection,
): Promise<NonNullable<S3ClientConfig['credentials']>> {
  const key = access_key_id !== undefined && {
    accessKeyId: access_key_id,
    secretAccessKey: await connection.secret(KEY_SECRET),
  };
  if (role === undefined) return key || Promise.reject(new Error('a connection has a key or a role'));
  return fromTemporaryCredentials({
    ...(key && { masterCredentials: key }),
    clientConfig: { region },
    params: {
      RoleArn: role,
      RoleSessionName: 'tributary',
      ...(external_id !== undefined && { ExternalId: external_id }),
    },
  });
}
