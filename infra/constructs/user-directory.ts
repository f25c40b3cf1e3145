import { Duration, RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import {
  type CfnUserPool,
  CfnUserPoolGroup,
  Mfa,
  OAuthScope,
  OidcAttributeRequestMethod,
  ProviderAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { policyNames, tenantGroup } from '../../core/contracts/policies.ts';
import type { FederationConfig } from '../stage-config.ts';
import { acknowledge } from './acknowledge.ts';

export interface UserDirectoryProps {
  name: string;
  /** Start of the sign-in page's host name, which no other account may have. */
  domainPrefix: string;
  /** Address of the console, which people come back to. */
  console: string;
  protected: boolean;
  federation?: FederationConfig;
  /** Names of the stage's tenants. */
  tenants: readonly string[];
}

/** Who may sign in, by a password of its own or by the company's directory, and what they may do. */
export class UserDirectory extends Construct {
  readonly pool: UserPool;
  readonly client: UserPoolClient;

  constructor(scope: Construct, id: string, props: UserDirectoryProps) {
    super(scope, id);
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: props.name,
      signInAliases: { email: true },
      selfSignUpEnabled: false,
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
    this.pool.addDomain('SignIn', { cognitoDomain: { domainPrefix: props.domainPrefix } });
    for (const [name, description] of Object.entries(policyNames)) {
      new CfnUserPoolGroup(this, name, { userPoolId: this.pool.userPoolId, groupName: name, description });
    }
    for (const tenant of props.tenants) {
      const groupName = tenantGroup(tenant);
      const description = `Who works in the tenant ${tenant}`;
      new CfnUserPoolGroup(this, groupName, { userPoolId: this.pool.userPoolId, groupName, description });
    }
    this.client = this.#addClient(props);
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

  #addFederation(federation: FederationConfig): Construct {
    const attributeMapping = { email: ProviderAttribute.other('email') };
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
