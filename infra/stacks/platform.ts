import { CfnOutput, Fn, Stack, type StackProps } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { type Places, peopleVariables, placeVariables } from '../../core/contracts/deployment.ts';
import { acknowledgeWildcards } from '../constructs/acknowledge.ts';
import { ApiGateway } from '../constructs/api-gateway.ts';
import { ConsoleSite } from '../constructs/console-site.ts';
import { DuckDbEngine } from '../constructs/duckdb-engine.ts';
import { DuckDbFunction } from '../constructs/duckdb-function.ts';
import { SqlParser } from '../constructs/sql-parser.ts';
import { TaskNetwork } from '../constructs/task-network.ts';
import { UserDirectory } from '../constructs/user-directory.ts';
import { alarmsTopicName } from '../names.ts';
import type { StageConfig } from '../stage-config.ts';
import { siteIn } from './place-in.ts';

/** All that `adapters/users/cognito.ts` asks of the pool. */
const administersPeople = [
  'ListUsers',
  'ListUsersInGroup',
  'AdminCreateUser',
  'AdminAddUserToGroup',
  'AdminRemoveUserFromGroup',
  'AdminResetUserPassword',
  'AdminDeleteUser',
].map((action) => `cognito-idp:${action}`);

export interface PlatformProps extends StackProps {
  stage: string;
  config: StageConfig;
}

/** What the tenants of a stage share: the API, the console's site, the user directory, where alarms go, and where tasks run. */
export class PlatformStack extends Stack {
  readonly apiUrl: CfnOutput;

  constructor(scope: Construct, id: string, props: PlatformProps) {
    super(scope, id, { ...props, description: `What the tenants of ${props.stage} share` });
    const { stage, config } = props;
    const site = new ConsoleSite(this, 'Console', { bucketName: `tributary-${stage}-console-${this.account}` });
    const directory = new UserDirectory(this, 'Users', {
      name: `tributary-${stage}`,
      domainPrefix: `tributary-${stage}-${this.account}`,
      console: site.url,
      protected: config.protected,
      tenants: config.tenants.map(({ name }) => name),
      architecture: config.architecture,
      ...(config.federation && { federation: config.federation }),
    });
    const api = new ApiGateway(this, 'Api', {
      name: `tributary-${stage}`,
      serve: this.#addServeApi(props, directory),
      directory,
      console: site.url,
    });
    this.#addAlarmsTopic(props);
    new TaskNetwork(this, 'Tasks', { stage });
    this.apiUrl = new CfnOutput(this, 'ApiUrl', { value: api.url });
    new CfnOutput(this, 'UserPoolId', { value: directory.pool.userPoolId });
    new CfnOutput(this, 'UserPoolClientId', { value: directory.client.userPoolClientId });
    new CfnOutput(this, 'SignInUrl', { value: directory.signInUrl });
    new CfnOutput(this, 'ConsoleUrl', { value: site.url });
    new CfnOutput(this, 'ConsoleBucketName', { value: site.bucket.bucketName });
  }

  /** The first two of whichever region it is deployed to: to know their names, a synth would have to ask AWS. */
  override get availabilityZones(): string[] {
    return [Fn.select(0, Fn.getAzs()), Fn.select(1, Fn.getAzs())];
  }

  /**
   * The API holds no rights of its own but those over people, who are of no environment: for each request it takes on the role
   * of the environment that it is about.
   */
  #addServeApi({ stage, config }: PlatformProps, { pool, client, company }: UserDirectory): DuckDbFunction {
    const places: Places = {
      at: siteIn(this, stage),
      tenants: Object.fromEntries(config.tenants.map(({ name, environments }) => [name, [...environments]])),
    };
    const serve = new DuckDbFunction(this, 'ServeApi', {
      lambda: 'serve-api',
      description: 'Answers the HTTP API',
      place: `tributary-${stage}`,
      architecture: config.architecture,
      memory: 1769,
      minutes: 1,
      environment: {
        [placeVariables.all]: this.toJsonString(places),
        [peopleVariables.userPool]: pool.userPoolId,
        [peopleVariables.client]: client.userPoolClientId,
        ...(company && { [peopleVariables.directory]: JSON.stringify(company) }),
      },
      layers: [new SqlParser(this, 'SqlParser', `tributary-${stage}`)],
      engine: new DuckDbEngine(this, 'DuckDb', `tributary-${stage}`, config.architecture),
    });
    const access = this.formatArn({
      service: 'iam',
      region: '',
      resource: 'role',
      resourceName: `tributary-${stage}-*-access`,
    });
    serve.addToRolePolicy(new PolicyStatement({ actions: ['sts:AssumeRole'], resources: [access] }));
    serve.addToRolePolicy(new PolicyStatement({ actions: administersPeople, resources: [pool.userPoolArn] }));
    acknowledgeWildcards(
      serve.role,
      [access],
      'It takes on the access role of any environment of its stage, each of which trusts it by name and reaches no other environment.',
    );
    return serve;
  }

  #addAlarmsTopic({ stage, config }: PlatformProps): void {
    const topic = new Topic(this, 'Alarms', { topicName: alarmsTopicName(stage), enforceSSL: true });
    const ofAccount = { StringEquals: { 'aws:SourceAccount': this.account } };
    // To EventBridge a topic's policy may set no condition: it would deliver nothing, without a word.
    for (const [service, conditions] of [['cloudwatch', ofAccount] as const, ['events', {}] as const]) {
      topic.addToResourcePolicy(
        new PolicyStatement({
          sid: `Toldby${service}`,
          principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
          actions: ['sns:Publish'],
          resources: [topic.topicArn],
          conditions,
        }),
      );
    }
    if (config.alarmAddress !== undefined) topic.addSubscription(new EmailSubscription(config.alarmAddress));
  }
}
