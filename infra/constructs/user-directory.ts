import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import {
  type CfnUserPool,
  CfnUserPoolGroup,
  ClientAttributes,
  Mfa,
  OAuthScope,
  OidcAttributeRequestMethod,
  ProviderAttribute,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  type UserPoolDomain,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
  UserPoolOperation,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { peopleVariables } from '../../core/contracts/deployment.ts';
import { policyNames, tenantGroup } from '../../core/contracts/policies.ts';
import { type CompanyDirectory, directoryGroupsAttribute } from '../../core/contracts/users.ts';
import type { FederationConfig, StageConfig } from '../stage-config.ts';
import { acknowledge } from './acknowledge.ts';
import { CoreFunction } from './core-function.ts';

export interface UserDirectoryProps {
  name: string;
  /** Start of the sign-in page's host name, which no other account may have. */
  domainPrefix: string;
  /** Address of the console, which people come back to. */
  console: string;
  protected: boolean;
  federation?: FederationConfig;
  architecture: StageConfig['architecture'];
  /** Names of the stage's tenants. */
  tenants: readonly string[];
}

const customGroups = directoryGroupsAttribute.replace('custom:', '');
/** What is mapped from the company's directory has to be writable: of attributes of our own, none is unless it is named. */
const mapped = new ClientAttributes().withStandardAttributes({ email: true }).withCustomAttributes(customGroups);

/** Who may sign in, by a password of its own or by the company's directory, and what they may do. */
export class UserDirectory extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;
  /** The company's directory, where people sign in by it. */
  readonly company?: CompanyDirectory;
  /** Where people sign in. */
  readonly signInUrl: string;

  constructor(scope: Construct, id: string, props: UserDirectoryProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: props.name,
      signInAliases: { email: true },
      selfSignUpEnabled: false,
      userInvitation: {
        emailSubject: 'You are invited to Tributary',
        emailBody: 'You may sign in to Tributary as {username}. Your first password, for seven days: {####}',
      },
      // There in any stage: it can be added to a pool, and never taken away.
      customAttributes: { [customGroups]: new StringAttribute({ mutable: true, maxLen: 2048 }) },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
      },
      deletionProtection: props.protected,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    (this.pool.node.defaultChild as CfnUserPool).overrideLogicalId('UserPool');
    acknowledge(this.pool, {
      'AwsSolutions-COG2':
        "A second factor is each person's choice; a company that requires one does so in its own directory.",
      'AwsSolutions-COG3':
        'Threat protection is priced by the month and person; a deployer turns it on for the pool where wanted.',
      'AwsSolutions-COG8':
        'The plan with threat protection is priced by the month and person; a deployer chooses it where wanted.',
    });
    const domain: UserPoolDomain = this.pool.addDomain('SignIn', {
      cognitoDomain: { domainPrefix: props.domainPrefix },
    });
    for (const [name, description] of Object.entries(policyNames)) {
      new CfnUserPoolGroup(this, name, { userPoolId: this.pool.userPoolId, groupName: name, description });
    }
    for (const tenant of props.tenants) {
      const groupName = tenantGroup(tenant);
      const description = `Who works in the tenant ${tenant}`;
      new CfnUserPoolGroup(this, groupName, { userPoolId: this.pool.userPoolId, groupName, description });
    }
    this.client = this.#addClient(props);
    this.signInUrl = domain.signInUrl(this.client, { redirectUri: `${props.console}/` });
    if (props.federation) {
      this.company = { name: props.federation.name, groups: props.federation.groups };
      this.#addMapGroups(props, this.company);
    }
  }

  #addClient({ console, federation }: UserDirectoryProps): UserPoolClient {
    const directory = federation && this.#addFederation(federation);
    const client = this.pool.addClient('Console', {
      generateSecret: false,
      preventUserExistenceErrors: true,
      authFlows: { userSrp: true, adminUserPassword: true },
      accessTokenValidity: Duration.hours(1),
      idTokenValidity: Duration.hours(1),
      refreshTokenValidity: Duration.days(1),
      supportedIdentityProviders: [
        directory && federation
          ? UserPoolClientIdentityProvider.custom(federation.name)
          : UserPoolClientIdentityProvider.COGNITO,
      ],
      ...(directory && { writeAttributes: mapped, readAttributes: mapped }),
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [`${console}/`],
        logoutUrls: [`${console}/`],
      },
    });
    if (directory) client.node.addDependency(directory);
    return client;
  }

  /** Each token is shown to a function of ours before it is given. */
  #addMapGroups({ name, architecture }: UserDirectoryProps, company: CompanyDirectory): void {
    const mapGroups = new CoreFunction(this, 'MapGroups', {
      lambda: 'map-groups',
      description: "Names the groups in tokens of who signs in by the company's directory",
      place: name,
      architecture,
      memory: 1024,
      minutes: 1,
      environment: { [peopleVariables.directory]: JSON.stringify(company) },
    });
    this.pool.addTrigger(UserPoolOperation.PRE_TOKEN_GENERATION, mapGroups);
  }

  #addFederation(federation: FederationConfig): Construct {
    const attributeMapping = {
      email: ProviderAttribute.other('email'),
      custom: { [directoryGroupsAttribute]: ProviderAttribute.other(federation.groupsAttribute) },
    };
    if (federation.kind === 'saml') {
      return new UserPoolIdentityProviderSaml(this, 'Federation', {
        userPool: this.pool,
        name: federation.name,
        metadata: UserPoolIdentityProviderSamlMetadata.url(federation.metadataUrl),
        attributeMapping,
      });
    }
    return new UserPoolIdentityProviderOidc(this, 'Federation', {
      userPool: this.pool,
      name: federation.name,
      issuerUrl: federation.issuer,
      clientId: federation.clientId,
      clientSecret: SecretValue.secretsManager(federation.clientSecretName).unsafeUnwrap(),
      attributeRequestMethod: OidcAttributeRequestMethod.GET,
      scopes: ['openid', 'email', 'profile'],
      attributeMapping,
    });
  }
}
