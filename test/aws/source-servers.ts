import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startSshServer } from '../sources/servers/openssh.ts';
import { startPostgres } from '../sources/servers/postgresql.ts';
import { machineAddress } from '../sources/servers/process.ts';
import { FaultyServer } from '../support/faulty-server.ts';
import type { Emulator } from './emulator.ts';

export const partnerBucket = 'partner-of-acme';
/** The role that the stage's configuration names for couriers. */
export const partnerRole = 'arn:aws:iam::000000000000:role/partner-of-acme';

/** Systems of others, where functions of the deployment reach them: not on what is loopback to these. */
export async function startServers(host = machineAddress()) {
  const [postgres, ssh, http] = await Promise.all([
    startPostgres(host),
    startSshServer(host),
    FaultyServer.start(host),
  ]);
  const kill = () => Promise.all([postgres.process.kill(), ssh.process.kill(), http.kill()]);
  return { postgres, ssh, http, kill };
}

export type SourceServers = Awaited<ReturnType<typeof startServers>>;

/** A bucket that a role lets in to, which trusts the account for who says what both know. */
export async function makePartnersBucket(aws: Emulator): Promise<void> {
  const s3 = new S3Client(aws.client);
  await s3.send(new CreateBucketCommand({ Bucket: partnerBucket }));
  await s3.send(new PutObjectCommand({ Bucket: partnerBucket, Key: 'out/stores.csv', Body: 'id,city\n1,Leeds\n' }));
  const statement = (of: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...of }] });
  const trusted = statement({
    Action: 'sts:AssumeRole',
    Principal: { AWS: `arn:aws:iam::${aws.account}:root` },
    Condition: { StringEquals: { 'sts:ExternalId': 'both-know' } },
  });
  const reads = statement({
    Action: 's3:*',
    Resource: [`arn:aws:s3:::${partnerBucket}`, `arn:aws:s3:::${partnerBucket}/*`],
  });
  const RoleName = 'partner-of-acme';
  for (const asked of [
    { Action: 'CreateRole', RoleName, AssumeRolePolicyDocument: trusted },
    { Action: 'PutRolePolicy', RoleName, PolicyName: 'reads', PolicyDocument: reads },
  ]) {
    const form = new URLSearchParams({ Version: '2010-05-08', ...asked });
    await aws.call('iam', `${form}`, { 'content-type': 'application/x-www-form-urlencoded' });
  }
}
