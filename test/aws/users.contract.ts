import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { afterAll } from 'vitest';
import { usersContract } from '../contracts/users.ts';
import { startEmulator } from './emulator.ts';
import { newUserPool } from './user-pool.ts';

const aws = await startEmulator();
afterAll(aws.stop);
const cognito = new CognitoIdentityProviderClient(aws.client);

usersContract('Cognito', () => newUserPool(cognito));
