import { randomUUID } from 'node:crypto';
import {
  AdminSetUserPasswordCommand,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CognitoUsers } from '../../adapters/users/cognito.ts';
import { policyIds, tenantGroup } from '../../core/contracts/policies.ts';

export const password = 'Correct-horse-7-battery';

/** An empty pool with the groups of a stage whose tenant is acme. */
export async function newUserPool(cognito: CognitoIdentityProviderClient) {
  const { UserPool } = await cognito.send(
    new CreateUserPoolCommand({
      PoolName: `test-${randomUUID()}`,
      UsernameAttributes: ['email'],
      Schema: [{ Name: 'groups', AttributeDataType: 'String', Mutable: true }],
    }),
  );
  const UserPoolId = UserPool?.Id ?? '';
  for (const GroupName of [...policyIds, tenantGroup('acme')])
    await cognito.send(new CreateGroupCommand({ UserPoolId, GroupName }));
  const choosePassword = async (Username: string) =>
    void (await cognito.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: password, Permanent: true }),
    ));
  return { UserPoolId, users: new CognitoUsers({ client: cognito, userPool: UserPoolId }), choosePassword };
}
