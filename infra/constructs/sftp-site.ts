import { CfnOutput } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnServer, CfnUser } from 'aws-cdk-lib/aws-transfer';
import { Construct } from 'constructs';
import { inboxPrefix } from '../../core/contracts/deployment.ts';
import type { SftpConfig, SftpUserConfig } from '../stage-config.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { ExpiringLog } from './expiring-log.ts';

export interface SftpSiteProps {
  /** Name of the environment's place. */
  name: string;
  tenant: string;
  sftp: SftpConfig;
  lake: Bucket;
}

/** A site that files are uploaded to, each user in a folder of the lake's inbox. */
export class SftpSite extends Construct {
  readonly server: CfnServer;

  constructor(scope: Construct, id: string, props: SftpSiteProps) {
    super(scope, id);
    const { hostedZone } = props.sftp;
    const log = new ExpiringLog(this, 'Log', `/tributary/${props.name}/sftp-site`);
    this.server = new CfnServer(this, 'Server', {
      protocols: ['SFTP'],
      endpointType: 'PUBLIC',
      identityProviderType: 'SERVICE_MANAGED',
      domain: 'S3',
      securityPolicyName: 'TransferSecurityPolicy-2024-01',
      structuredLogDestinations: [log.logGroupArn],
      tags: hostedZone ? hostTags(props.tenant, hostedZone) : [],
    });
    this.server.overrideLogicalId('SftpServer');
    if (hostedZone) this.#addHostName(props.tenant, hostedZone);
    const role = this.#addRole(props.lake);
    for (const user of props.sftp.users) this.#addUser(user, props.lake, role);
    new CfnOutput(this, 'ServerId', { value: this.server.attrServerId }).overrideLogicalId('SftpServerId');
    new CfnOutput(this, 'RoleArn', { value: role.roleArn }).overrideLogicalId('SftpRoleArn');
  }

  #addHostName(tenant: string, zone: { id: string; name: string }): void {
    new CfnRecordSet(this, 'HostName', {
      hostedZoneId: zone.id,
      name: hostName(tenant, zone),
      type: 'CNAME',
      ttl: '300',
      resourceRecords: [`${this.server.attrServerId}.server.transfer.${this.server.stack.region}.amazonaws.com`],
    });
  }

  #addRole(lake: Bucket): Role {
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('transfer.amazonaws.com') });
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:ListBucket'],
        resources: [lake.bucketArn],
        conditions: { StringLike: { 's3:prefix': [`${inboxPrefix}*`] } },
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
        resources: [lake.arnForObjects(`${inboxPrefix}*`)],
      }),
    );
    acknowledgeWildcards(
      role,
      [lake.arnForObjects(`${inboxPrefix}*`)],
      'People upload files of any name into the inbox, and the site holds each of them to a folder of it.',
    );
    return role;
  }

  #addUser(user: SftpUserConfig, lake: Bucket, role: Role): void {
    const folder = [inboxPrefix.replace(/\/$/, ''), user.folder].filter(Boolean).join('/');
    new CfnUser(this, `User-${user.name}`, {
      serverId: this.server.attrServerId,
      userName: user.name,
      role: role.roleArn,
      homeDirectoryType: 'LOGICAL',
      homeDirectoryMappings: [{ entry: '/', target: `/${lake.bucketName}/${folder}` }],
      sshPublicKeys: [...user.publicKeys],
    });
  }
}

const hostName = (tenant: string, zone: { name: string }): string => `${tenant.toLowerCase()}.${zone.name}`;

/** Transfer knows its host name by tags alone. */
const hostTags = (tenant: string, zone: { id: string; name: string }) => [
  { key: 'transfer:customHostname', value: hostName(tenant, zone) },
  { key: 'transfer:route53HostedZoneId', value: `/hostedzone/${zone.id}` },
];
