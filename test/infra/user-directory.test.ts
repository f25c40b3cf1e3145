import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { CompanyDirectory } from '../../core/contracts/users.ts';
import type { FederationConfig } from '../../infra/stage-config.ts';
import { configOf, federation, synthesise } from './synthesis.ts';

const platform = (given?: FederationConfig) => {
  const template = synthesise('emulator', { ...configOf('emulator'), ...(given && { federation: given }) }).platform;
  if (!template) throw new Error('no platform');
  return template;
};
const oidc: FederationConfig = {
  kind: 'oidc',
  name: 'Corp',
  issuer: 'https://login.example.com',
  clientId: 'tributary',
  clientSecretName: 'corp-client-secret',
  groupsAttribute: 'groups',
  groups: federation.groups,
};

describe('the user pool of a stage', () => {
  const [alone, saml] = [platform(), platform(federation)];

  it('is the same whether people come by a directory or not, but for who is shown their tokens', () => {
    const poolOf = (template: typeof alone) => {
      const { LambdaConfig, ...pool } = template.toJSON().Resources.UserPool.Properties;
      return { LambdaConfig, pool };
    };
    expect(poolOf(alone).LambdaConfig).toBeUndefined();
    expect(poolOf(saml).pool).toEqual(poolOf(alone).pool);
    saml.hasResourceProperties('AWS::Cognito::UserPool', {
      Schema: [{ Name: 'groups', AttributeDataType: 'String', Mutable: true }],
      LambdaConfig: { PreTokenGeneration: { 'Fn::GetAtt': [Match.stringLikeRegexp('MapGroups'), 'Arn'] } },
    });
  });

  it.each([
    ['SAML', saml, 'memberOf'],
    ['OIDC', platform(oidc), 'groups'],
  ])(
    'keeps the groups that a directory tells by %s, which its client may write',
    (ProviderType, template, attribute) => {
      template.hasResourceProperties('AWS::Cognito::UserPoolIdentityProvider', {
        ProviderType,
        AttributeMapping: { email: 'email', 'custom:groups': attribute },
      });
      template.hasResourceProperties('AWS::Cognito::UserPoolClient', {
        WriteAttributes: ['custom:groups', 'email'],
        ReadAttributes: Match.arrayWith(['custom:groups']),
      });
    },
  );

  it('lets Cognito call the function that maps groups, which may do nothing but log', () => {
    saml.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'cognito-idp.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['UserPool', 'Arn'] },
    });
    const policies = saml.findResources('AWS::IAM::Policy', {
      Properties: { Roles: [{ Ref: Match.stringLikeRegexp('MapGroups') }] },
    });
    const actions = Object.values(policies).flatMap(({ Properties }) =>
      Properties?.PolicyDocument.Statement.flatMap(({ Action }: { Action: string | string[] }) => Action),
    );
    expect(actions).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  it('is told to the API, with what the groups of the directory stand for', () => {
    for (const name of ['serve-api', 'map-groups']) {
      const functions = saml.findResources('AWS::Lambda::Function', {
        Properties: { FunctionName: `tributary-emulator-${name}` },
      });
      const [{ Properties }] = Object.values(functions) as [{ Properties: { Environment: { Variables: object } } }];
      const { TRIBUTARY_DIRECTORY } = Properties.Environment.Variables as { TRIBUTARY_DIRECTORY: string };
      const { name: called, groups } = federation;
      expect(CompanyDirectory.parse(JSON.parse(TRIBUTARY_DIRECTORY))).toEqual({ name: called, groups });
    }
  });

  it('is the one thing beside roles of environments that the API may touch', () => {
    alone.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Action: Match.arrayWith(['cognito-idp:AdminCreateUser', 'cognito-idp:AdminDeleteUser']),
            Resource: { 'Fn::GetAtt': ['UserPool', 'Arn'] },
          },
        ]),
      },
    });
  });
});
