import { CfnOutput, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { CfnServer } from 'aws-cdk-lib/aws-transfer';
import { Construct } from 'constructs';
import {
  inboxPrefix,
  type Place,
  placeName,
  placeVariables,
  sftpServerParameter,
  uploadRole,
} from '../../core/contracts/deployment.ts';
import type { SftpConfig, StageConfig } from '../stage-config.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { CoreFunction } from './core-function.ts';
import type { EnvironmentRights } from './environment-rights.ts';
import { ExpiringLog } from './expiring-log.ts';

export interface SftpSiteProps {
  stage: string;
  config: StageConfig;
  place: Place;
  sftp: SftpConfig;
  lake: Bucket;
  rights: EnvironmentRights;
}

/** A site that files are uploaded to. It asks a function of ours who may come in, and to which folder of the lake's inbox. */
export class SftpSite extends Construct {
  constructor(scope: Construct, id: string, props: SftpSiteProps) {
    super(scope, id);
    const { place } = props;
    const signIn = this.#addSignIn(props);
    const server = this.#addServer(props, signIn);
    new CfnPermission(this, 'AsksSignIn', {
      action: 'lambda:InvokeFunction',
      functionName: signIn.functionArn,
      principal: 'transfer.amazonaws.com',
      sourceArn: server.attrArn,
    });
    this.#addUploadRole(props);
    new StringParameter(this, 'ServerIdParameter', {
      parameterName: sftpServerParameter(place),
      stringValue: server.attrServerId,
      description: `SFTP server of ${place.tenant} ${place.environment}`,
    });
    new CfnOutput(this, 'ServerId', { value: server.attrServerId }).overrideLogicalId('SftpServerId');
  }

  /** Beside the server, which can't be made before what it asks. */
  #addSignIn({ stage, config, place, rights }: SftpSiteProps): CoreFunction {
    const signIn = new CoreFunction(this, 'SignIn', {
      lambda: 'sign-in-sftp',
      description: 'Says who may come in to the SFTP site',
      place: placeName(stage, place),
      architecture: config.architecture,
      memory: 1024,
      minutes: 1,
      environment: { [placeVariables.one]: Stack.of(this).toJsonString(place), TRIBUTARY_STAGE: stage },
    });
    rights.grant(signIn.role, ['sftp-sign-in']);
    return signIn;
  }

  #addServer({ stage, place, sftp: { hostedZone } }: SftpSiteProps, signIn: CoreFunction): CfnServer {
    const log = new ExpiringLog(this, 'Log', `/tributary/${placeName(stage, place)}/sftp-site`);
    const server = new CfnServer(this, 'Server', {
      protocols: ['SFTP'],
      endpointType: 'PUBLIC',
      identityProviderType: 'AWS_LAMBDA',
      identityProviderDetails: {
        function: signIn.functionArn,
        sftpAuthenticationMethods: 'PUBLIC_KEY_OR_PASSWORD',
      },
      domain: 'S3',
      securityPolicyName: 'TransferSecurityPolicy-2024-01',
      structuredLogDestinations: [log.logGroupArn],
      tags: hostedZone ? hostTags(place.tenant, hostedZone) : [],
    });
    server.overrideLogicalId('SftpServer');
    if (hostedZone) this.#addHostName(server, place.tenant, hostedZone);
    return server;
  }

  #addHostName(server: CfnServer, tenant: string, zone: { id: string; name: string }): void {
    new CfnRecordSet(this, 'HostName', {
      hostedZoneId: zone.id,
      name: hostName(tenant, zone),
      type: 'CNAME',
      ttl: '300',
      resourceRecords: [`${server.attrServerId}.server.transfer.${server.stack.region}.amazonaws.com`],
    });
  }

  /** What uploads are read and written in; the policy of a session holds each user to a folder of the inbox. */
  #addUploadRole({ place, lake }: SftpSiteProps): void {
    const role = new Role(this, 'Role', {
      roleName: uploadRole(place).split('/').at(-1) ?? '',
      assumedBy: new ServicePrincipal('transfer.amazonaws.com'),
    });
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
  }
}

const hostName = (tenant: string, zone: { name: string }): string => `${tenant.toLowerCase()}.${zone.name}`;

/** Transfer knows its host name by tags alone. */
const hostTags = (tenant: string, zone: { id: string; name: string }) => [
  { key: 'transfer:customHostname', value: hostName(tenant, zone) },
  { key: 'transfer:route53HostedZoneId', value: `/hostedzone/${zone.id}` },
];
