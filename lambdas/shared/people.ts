import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { CognitoUsers } from '../../adapters/users/cognito.ts';
import type { Platform } from '../../api/platform.ts';
import { companyDirectory, userPoolOfApi } from './place.ts';

/** Who may sign in to the deployment. The API knows them in its own role: they are of no tenant's environment. */
export const openPeople = (): NonNullable<Platform['people']> => ({
  users: new CognitoUsers({ client: new CognitoIdentityProviderClient(), userPool: userPoolOfApi() }),
  directory: companyDirectory(),
});
